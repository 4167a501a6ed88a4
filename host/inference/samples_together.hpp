// SPDX-License-Identifier: Apache-2.0
#pragma once

// How many samples of a long list are read and predicted at once.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sslhost::host {

/// How many samples [C,H,W] are predicted between two writes: by their number, and by their memory.
size_t samples_together(const std::vector<int64_t>& shape);

}  // namespace sslhost::host
