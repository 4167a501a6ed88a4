// SPDX-License-Identifier: Apache-2.0
#include "host/export/operations.hpp"

#include <algorithm>

namespace sslhost::host {

const Argument& Operation::argument(std::string_view called) const {
  static const Argument none;
  const auto found =
      std::ranges::find_if(arguments, [&](const auto& entry) { return entry.first == called; });
  return found == arguments.end() ? none : found->second;
}

}  // namespace sslhost::host
