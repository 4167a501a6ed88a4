// SPDX-License-Identifier: Apache-2.0
#pragma once

// Fewer numbers a sample, with the distances between samples kept as well as so few can: the
// coordinates in the space of the leading principal components (PCA).

#include "host/selection/samples.hpp"

namespace sslhost::host {

/// As many as photos' features or digits need: with fewer, classes begin to run together; distances
/// in more cost time.
constexpr int64_t kPrincipalWidth = 64;

/// Samples of at most `most` numbers as they are; others in an orthonormal basis of the space that
/// the `most` leading principal components of 2,048 evenly spaced rows span, found by subspace
/// iteration from a random start (Halko, Martinsson and Tropp 2011, algorithm 4.4). The components
/// themselves are not worked out: distances are the same in any basis. The same bits on every
/// processor, for any ShareOut.
Matrix principal_coordinates(const RowSource& source, const ShareOut& share_out,
                             int64_t most = kPrincipalWidth);

}  // namespace sslhost::host
