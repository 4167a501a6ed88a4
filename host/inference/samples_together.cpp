// SPDX-License-Identifier: Apache-2.0
#include "host/inference/samples_together.hpp"

#include <algorithm>

namespace sslhost::host {

size_t samples_together(const std::vector<int64_t>& shape) {
  constexpr int64_t kMost = 1000, kLeast = 8, kValues = 32 << 20;
  const auto values = std::max<int64_t>(1, shape[0] * shape[1] * shape[2]);
  return static_cast<size_t>(std::clamp(kValues / values, kLeast, kMost));
}

}  // namespace sslhost::host
