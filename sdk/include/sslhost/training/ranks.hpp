// SPDX-License-Identifier: Apache-2.0
#pragma once

// Several processes that train one model: each, a rank, has an equal part of the samples of every
// batch, and all make the same update. The host slices batches and draws, and takes the mean of
// gradients over the ranks. A method has to know of it where a step is not a mean over samples:
// what needs the whole batch at once asks for it here.
//
// Ability "sslhost.sliced_step/1" (Method::ability, any address but null): a promise that steps
// over parts of a batch, with the mean of their gradients, are the step over the whole batch.
// Without it the host trains a method in one process only.

#include <string_view>

#include "sslhost/export.hpp"
#include "sslhost/types.hpp"

namespace sslhost {

inline constexpr std::string_view kSlicedStep = "sslhost.sliced_step/1";  ///< the id for ability()

/// Processes that train together; 1 for one alone.
SSLHOST_API int rank_count();

/// The mean over the ranks of a tensor that each has in the same shape, such as a mean over its
/// part of a batch. Differentiable. In one process the tensor itself.
SSLHOST_API Tensor mean_over_ranks(const Tensor& own);

namespace detail {

/// What ranks exchange. The host has it.
class SSLHOST_API Ranks {
 public:
  virtual ~Ranks();
  virtual int rank() const = 0;  ///< 0 to size() − 1
  virtual int size() const = 0;  ///< 2 at least
  /// Sum over the ranks, in place: the same bits on each. Throws Error where one does not answer.
  virtual void sum(const Tensor& tensor) = 0;
};

/// Of this process; null where it trains alone. The host sets it.
SSLHOST_API Ranks*& ranks();

/// Sum over the ranks, differentiable. In one process the tensor itself.
SSLHOST_API Tensor sum_over_ranks(const Tensor& own);

/// What `draw` gives for rows of all ranks together, [size·N, ...], cut to those of this one,
/// [N, ...]: samples have the numbers that they would have in one process. Draws without rows are
/// the same on every rank.
template <class Draw>
Tensor own_rows(IntArrayRef shape, Draw&& draw) {
  const auto* all = ranks();
  if (!all || shape.empty()) return draw(shape);
  auto whole = shape.vec();
  whole[0] *= all->size();
  return draw(IntArrayRef(whole)).narrow(0, all->rank() * shape[0], shape[0]);
}

}  // namespace detail

}  // namespace sslhost
