// SPDX-License-Identifier: Apache-2.0
#pragma once

// How stored values become what a method sees: (x · factor − mean) / std.

#include <vector>

#include "sslhost/types.hpp"

namespace sslhost::host {

struct Scale {
  double factor = 1;
  Tensor mean, std;  ///< [C,1,1] float32 on the data's device; both, or neither: 0 and 1

  Scale(double f = 1) : factor(f) {}  // NOLINT(google-explicit-constructor): most have no more
  /// One number or one for each of the channels; both empty: none. Throws Error (usage), naming
  /// the option, for other counts.
  Scale(double f, const std::vector<float>& means, const std::vector<float>& stds, int64_t channels,
        c10::Device device);

  bool normalizes() const { return mean.defined(); }
  /// [N,C,H,W] float32 of stored values, in [0,1] for pixels, made anew.
  Tensor unnormalized(const Tensor& stored) const;
  /// The last step, from those values to what methods see.
  Tensor normalized(const Tensor& values) const;
  Tensor operator()(const Tensor& stored) const { return normalized(unnormalized(stored)); }
  /// Back to values in [0,1], for pictures.
  Tensor undo(const Tensor& images) const;

  std::vector<float> means() const;  ///< one a channel, or none
  std::vector<float> stds() const;
};

}  // namespace sslhost::host
