// SPDX-License-Identifier: Apache-2.0
#pragma once

// Weights of a convolution as the loops read them.

#include <vector>

#include "sdk/src/kernels/inference/floats.hpp"
#include "sdk/src/kernels/inference/path.hpp"

namespace sslhost::inference {

/// Batch norm folded in, if there was one.
struct Weights {
  std::vector<float> values;  ///< [outs][steps]
  std::vector<float> bias;    ///< [outs]
  Range range;                ///< of the results
};

/// Output channels that are computed together.
struct Stripe {
  int64_t first, wide;  ///< channel; vectors
};

class Layer {
 public:
  Layer(const Path& path, const Weights& weights);

  /// Output channels in whole vectors: those beyond the layer's are 0.
  int64_t outs() const { return outs_; }
  int64_t steps() const { return steps_; }  ///< weights of an output
  Range range() const { return range_; }
  const std::vector<Stripe>& stripes() const { return stripes_; }
  /// [steps][wide vectors]
  const float* weights(const Stripe& stripe) const {
    return weights_.get() + stripe.first * steps_;
  }
  const float* bias(const Stripe& stripe) const { return bias_.get() + stripe.first; }

 private:
  int64_t outs_, steps_;
  Range range_;
  std::vector<Stripe> stripes_;
  Floats weights_, bias_;
};

}  // namespace sslhost::inference
