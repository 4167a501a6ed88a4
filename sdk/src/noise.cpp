// SPDX-License-Identifier: Apache-2.0
#include "sslhost/noise.hpp"

#include <c10/util/Exception.h>

#include "sslhost/random.hpp"

namespace sslhost::detail {

NoiseContext*& noise_context() {
  thread_local NoiseContext* context = nullptr;
  return context;
}

uint64_t draw_key(uint64_t layer) {
  NoiseContext* context = noise_context();
  TORCH_CHECK(context, "a noise layer drew outside the host's calls into a method (step, begin)");
  const uint64_t key = random::mix(context->key, layer);
  // Inside a scope every pass gets the same key; outside, the counter makes each pass its own.
  return context->scope ? random::mix(key, context->scope)
                        : random::mix(random::mix(key, 1), ++context->counter);
}

}  // namespace sslhost::detail
