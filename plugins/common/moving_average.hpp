// SPDX-License-Identifier: Apache-2.0
#pragma once

// What methods remember of earlier batches, and what it is made of.

#include "sslhost/types.hpp"

namespace common {

/// average ← decay·average + (1 − decay)·value, in place, for tensors of one shape; takes no
/// gradient. `average` is what Build::state() gave, `value` a mean over the batch; where several
/// ranks have a part of it each, the mean of theirs counts.
void update_average(sslhost::Tensor& average, const sslhost::Tensor& value, double decay);

/// For labels [N] int64 and the classes' numbers 0 to K − 1, [K]: the sum of the weights [N] of
/// each class's samples, over N. With weights of 1 the fraction of the samples in each class. [K]
sslhost::Tensor class_fractions(const sslhost::Tensor& labels, const sslhost::Tensor& classes,
                                const sslhost::Tensor& weights);

/// Probabilities [N,K], each class divided by its average [K], as distributions again: what the
/// network says too often counts less (uniform alignment, Chen et al. 2023, arXiv:2301.10921v2).
sslhost::Tensor aligned_to_uniform(const sslhost::Tensor& probabilities,
                                   const sslhost::Tensor& average);

}  // namespace common
