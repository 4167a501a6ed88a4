// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which samples to label next: those that stand for many others. No label has a say in it, only
// whether a sample has one.

#include <cstdint>
#include <span>
#include <vector>

#include "host/selection/samples.hpp"

namespace sslhost::host {

/// `count` samples, none of them in `labeled`: medoids of clusters, the sample nearest to the mean
/// of each, the largest cluster first. Where some samples have a label, it is TypiClust's rule
/// (Hacohen, Dekel and Weinshall 2022, section 3.2): as many clusters as samples that have a label
/// or are to get one, 500 at most if `count` is not more, and of them those with the fewest
/// labeled samples; their "most typical" sample is the medoid here. Where fewer samples differ than
/// are asked for, copies fill up in the order of the rows. Among equals the first row counts.
/// Precondition: at least `count` samples are not labeled.
std::vector<int64_t> choose_medoids(const Matrix& samples, std::span<const int64_t> labeled,
                                    int64_t count, uint64_t key, const ShareOut& share_out);

/// `count` samples that a model is unsure of and that differ: the 10 · count with the least
/// margins (of the two likeliest classes' probabilities), of each of `count` clusters of these the
/// one with the least, the least first. (Zhdanov 2019, with the margin instead of weights.)
/// `margins`: one a sample. Precondition: at least `count` samples.
std::vector<int64_t> choose_unsure(const Matrix& samples, std::span<const float> margins,
                                   int64_t count, uint64_t key, const ShareOut& share_out);

}  // namespace sslhost::host
