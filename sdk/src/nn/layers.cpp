// SPDX-License-Identifier: Apache-2.0
#include "sslhost/nn/layers.hpp"

#include <cmath>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

#include "sslhost/nn/noise.hpp"
#include "sslhost/training/random.hpp"
#include "sslhost/training/ranks.hpp"

namespace sslhost {

Linear::Linear(int64_t in, int64_t out, bool with_bias) {
  const double bound = 1 / std::sqrt(static_cast<double>(in));
  weight = register_parameter("weight", at::empty({out, in}).uniform_(-bound, bound));
  if (with_bias) bias = register_parameter("bias", at::empty({out}).uniform_(-bound, bound));
}

Dropout::Dropout(double probability) : p(probability) {
  TORCH_CHECK(p >= 0 && p < 1, "Dropout: expected a probability in [0, 1), found ", p);
}

Tensor Dropout::forward(const Tensor& x) const {
  if (!is_training() || !draws()) return x;
  const auto key = detail::draw_key(name_key);
  return x * detail::own_rows(x.sizes(), [&](IntArrayRef shape) {
           return random::dropout_mask(shape, p, key, x.device());
         });
}

GaussianNoise::GaussianNoise(double s) : std(s) {
  TORCH_CHECK(s >= 0, "GaussianNoise: expected a standard deviation >= 0, found ", s);
}

Tensor GaussianNoise::forward(const Tensor& x) const {
  if (!is_training() || !draws()) return x;
  const auto key = detail::draw_key(name_key);
  return x + detail::own_rows(x.sizes(), [&](IntArrayRef shape) {
           return random::normal(shape, key, x.device()).mul_(std);
         });
}

}  // namespace sslhost
