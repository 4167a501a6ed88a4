// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/survey/near_pairs.hpp"

namespace sslhost::host {

/// Of the pictures `among`, but those that are flat, pairs that connect all that look alike, on all
/// threads. Sorted, each once.
std::vector<std::pair<size_t, size_t>> all_near_pairs(std::span<const Look> looks,
                                                      std::span<const size_t> among);

}  // namespace sslhost::host
