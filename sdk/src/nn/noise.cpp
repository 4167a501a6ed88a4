// SPDX-License-Identifier: Apache-2.0
#include "sslhost/nn/noise.hpp"

#include <c10/util/Exception.h>

#include "sslhost/training/random.hpp"

namespace sslhost::detail {

NoiseContext*& noise_context() {
  thread_local NoiseContext* context = nullptr;
  return context;
}

random::Key draw_key(uint64_t layer) {
  NoiseContext* context = noise_context();
  TORCH_CHECK(context, "a noise layer drew outside the host's calls into a method (step, begin)");
  const auto key = context->key.mixed(layer);
  // Inside a scope every pass gets the same key; outside, the counter makes each pass its own.
  return context->scope ? key.mixed(context->scope) : key.mixed(1).mixed(++context->counter);
}

}  // namespace sslhost::detail
