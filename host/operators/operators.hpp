// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the host does in every step, as operators of LibTorch (sslhost::...) with a kernel for CPUs
// and one for CUDA cards: one launch each, no wait, nothing of it kept on the host, so that a step
// can be captured. Everything lies on one device.

#include <vector>

#include "sslhost/types.hpp"

#include "host/operators/bodies.hpp"

namespace sslhost::host::operators {

/// Which values were NaN or infinite first, over a run.
struct NonFinite {
  Tensor first;      ///< [] int64: its code_of(iteration, term), or -1
  Tensor found_inf;  ///< [] float32: 1 where there was any, else 0
};
/// Looks at `values`, of any type and shape; iteration is [] int64, term in [0, kTerms).
void note_finite(const NonFinite& state, const std::vector<Tensor>& values, const Tensor& iteration,
                 int64_t term);

/// One step more in each of `steps` ([n] or [] float32) where found_inf is 0.
void count_steps(const std::vector<Tensor>& steps, const Tensor& found_inf);

/// sums[0] += value, sums[1] += 1, in float64: sums [2] and value [], or [2,K] and [K].
void add_to_mean(const Tensor& sums, const Tensor& value);

/// Where found_inf is 1, `tensors` become what `remembered` is, else the other way about.
void settle(const std::vector<Tensor>& tensors, const std::vector<Tensor>& remembered,
            const Tensor& found_inf);

/// Rows [n] int64 of data [P,C,H,W], uint8 or float32, as (x · factor − mean) / std: [n,C,H,W]
/// float32. mean and std are [C,1,1], or undefined: 0 and 1.
Tensor gather(const Tensor& data, const Tensor& rows, double factor, const Tensor& mean,
              const Tensor& std);

}  // namespace sslhost::host::operators
