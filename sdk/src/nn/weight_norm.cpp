// SPDX-License-Identifier: Apache-2.0
#include "sslhost/nn/weight_norm.hpp"

#include <vector>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_weight_norm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include "sslhost/nn/convolution.hpp"
#include "sslhost/nn/layers.hpp"

namespace sslhost {

namespace {

/// One scale for each output.
std::vector<int64_t> scale_shape(IntArrayRef weight_shape) {
  std::vector<int64_t> shape(weight_shape.size(), 1);
  shape[0] = weight_shape[0];
  return shape;
}

}  // namespace

WeightNormLayer::WeightNormLayer(IntArrayRef weight_shape, bool train_scale) {
  weight_g = register_parameter("weight_g", at::ones(scale_shape(weight_shape)), train_scale);
  weight_v = register_parameter("weight_v", at::empty(weight_shape).normal_(0, 0.05));
  bias = register_parameter("bias", at::zeros({weight_shape[0]}));
}

Tensor WeightNormLayer::weight() const { return at::_weight_norm(weight_v, weight_g, 0); }

Tensor WeightNormLayer::forward(const Tensor& x) {
  if (fitting_) fit(apply(x, weight(), Tensor()));
  return apply(x, weight(), bias);
}

/// Eq. 5: t = w·x, then g ← g/σ[t] and b ← −μ[t]/σ[t].
void WeightNormLayer::fit(const Tensor& outputs) {
  std::vector<int64_t> axes;
  for (int64_t axis = 0; axis < outputs.dim(); ++axis)
    if (axis != 1) axes.push_back(axis);
  const auto mean = outputs.mean(axes, /*keepdim=*/true);
  const auto sigma = (outputs - mean).square().mean(axes).sqrt();
  // An output that does not vary over the images has no scale to be brought to.
  constexpr double kConstant = 1e-6;
  const auto factor = at::where(sigma > kConstant, output_std / sigma, 1);
  weight_g.mul_(factor.view_as(weight_g));
  bias.copy_(mean.flatten() * factor).neg_();
}

WeightNormLinear::WeightNormLinear(int64_t in, int64_t out, bool train_scale)
    : WeightNormLayer({out, in}, train_scale) {}

Tensor WeightNormLinear::apply(const Tensor& x, const Tensor& w, const Tensor& b) const {
  return linear(x, w, b);
}

WeightNormConv2d::WeightNormConv2d(int64_t in, int64_t out, int64_t kernel, int64_t stride,
                                   int64_t padding, bool train_scale)
    : WeightNormLayer({out, in, kernel, kernel}, train_scale), stride_(stride), padding_(padding) {}

Tensor WeightNormConv2d::apply(const Tensor& x, const Tensor& w, const Tensor& b) const {
  return convolution(x, w, b, stride_, padding_);
}

void initialize_from_data(Backbone& network, const Tensor& images) {
  const at::NoGradGuard no_gradient;
  std::vector<WeightNormLayer*> layers;
  for (const auto& [name, module] : network.named_modules())
    if (auto* layer = dynamic_cast<WeightNormLayer*>(module)) layers.push_back(layer);
  if (layers.empty()) return;
  const auto set = [&](bool on) {
    for (auto* layer : layers) layer->fitting_ = on;
  };
  struct End {
    decltype(set) f;
    ~End() { f(false); }
  } const end{set};
  set(true);
  network.head(network.features(images));
}

}  // namespace sslhost
