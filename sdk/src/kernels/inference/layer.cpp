// SPDX-License-Identifier: Apache-2.0
#include "layer.hpp"

#include <algorithm>

namespace sslhost::inference {

Layer::Layer(const Path& path, const Weights& weights) : range_(weights.range) {
  const auto outs = static_cast<int64_t>(weights.bias.size());
  steps_ = static_cast<int64_t>(weights.values.size()) / outs;
  const int64_t vectors = (outs + path.lanes - 1) / path.lanes,
                stripes = (vectors + kMostWide - 1) / kMostWide;
  outs_ = vectors * path.lanes;
  float *to = weights_.at_least(outs_ * steps_), *bias = bias_.at_least(outs_);
  std::copy(weights.bias.begin(), weights.bias.end(), bias);
  std::fill(bias + outs, bias + outs_, 0.f);
  for (int64_t i = 0; i < stripes; ++i) {
    const int64_t first = i * vectors / stripes, wide = (i + 1) * vectors / stripes - first;
    stripes_.push_back({first * path.lanes, wide});
    for (int64_t step = 0; step < steps_; ++step)
      for (int64_t o = first * path.lanes; o < (first + wide) * path.lanes; ++o)
        *to++ = o < outs ? weights.values[o * steps_ + step] : 0.f;
  }
}

}  // namespace sslhost::inference
