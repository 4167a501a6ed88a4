// SPDX-License-Identifier: Apache-2.0
#pragma once

// What ranks have of one batch, and what they make of it together.

#include <cstdint>
#include <string>
#include <vector>

#include "sslhost/training/ranks.hpp"
#include "sslhost/types.hpp"

namespace sslhost::host {

/// Rows of a batch.
struct BatchPart {
  int64_t first, count;
};

/// Those of this rank; of one process (null) all. Throws Error (usage), which names `where`, for a
/// batch that cannot be divided equally: means over the ranks would not be those over the samples.
BatchPart own_part(int64_t batch, const detail::Ranks* ranks, const std::string& where);

/// Replaces each by its mean over the ranks, in one sum. For gradients see gradient_means.hpp.
void average(std::vector<Tensor>& tensors, detail::Ranks& ranks);

/// Whether it holds on any of them.
bool any_of(bool own, detail::Ranks& ranks);

/// Throws Error (device) where the tensors are not the same bits on all ranks.
void require_equal(const NamedTensors& tensors, detail::Ranks& ranks);

}  // namespace sslhost::host
