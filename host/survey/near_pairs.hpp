// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which pictures look alike, without comparing each with each.

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "host/survey/fingerprint.hpp"

namespace sslhost::host {

/// A hash of 128 bits in pieces of 16: pictures are compared that have a piece in common. Two whose
/// hashes differ in 7 bits at most always have one.
constexpr int kBands = 8;

/// Of the pictures `among`, none of them flat, those with a common piece `band` (0 to 7) that are
/// alike. A pair that others connect already is left out: n pictures give n - 1 pairs at most. The
/// bands are independent, for as many threads.
std::vector<std::pair<size_t, size_t>> near_pairs(std::span<const Look> looks,
                                                  std::span<const size_t> among, int band);

}  // namespace sslhost::host
