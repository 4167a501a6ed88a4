// SPDX-License-Identifier: Apache-2.0
#include "host/device/cards.hpp"

#include <dlfcn.h>

#include "sslhost/cuda_library.hpp"

namespace sslhost::host {

const Cards* cards() {
  using Entry = const Cards* (*)();
  static const Cards* const found = [] {
    auto* const library = sslhost::detail::cuda_library().handle;
    const auto entry = library ? reinterpret_cast<Entry>(dlsym(library, "sslhost_cards")) : nullptr;
    return entry ? entry() : nullptr;
  }();
  return found;
}

}  // namespace sslhost::host
