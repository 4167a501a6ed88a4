// SPDX-License-Identifier: Apache-2.0
#include "foldable.hpp"

#include <algorithm>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include "sdk/src/kernels/dispatch.hpp"

namespace sslhost {

namespace networks {

namespace {

std::vector<float> numbers(const Tensor& tensor) {
  const auto plain = tensor.to(at::kFloat).contiguous();
  const float* from = plain.const_data_ptr<float>();
  return {from, from + plain.numel()};
}

template <class Network>
class NetworkInference final : public Inference {
 public:
  template <class Weights>
  explicit NetworkInference(const Weights& weights)
      : network_(kernels::inference_path(), weights) {}

  Tensor features(const Tensor& images) const override {
    TORCH_CHECK(images.dim() == 4 && images.size(1) == network_.channels() &&
                    std::min(images.size(2), images.size(3)) > 0 && images.device().is_cpu(),
                "expected images [N,", network_.channels(), ",H,W] on the CPU, found ",
                images.sizes());
    const at::NoGradGuard no_gradient;
    const auto x = images.to(at::kFloat).contiguous();
    const int64_t height = x.size(2), width = x.size(3), image = x.size(1) * height * width;
    Tensor features = at::empty({x.size(0), network_.outs()});
    const auto* from = x.const_data_ptr<float>();
    auto* to = features.mutable_data_ptr<float>();
    at::parallel_for(0, x.size(0), 1, [&](int64_t begin, int64_t end) {
      // 5 MB (efficientnet-lite0) or 14 MB, which to touch anew takes a while.
      thread_local typename Network::Scratch scratch;
      for (int64_t i = begin; i < end; ++i)
        network_.features({from + i * image, x.size(1), height, width}, to + i * network_.outs(),
                          scratch);
    });
    return features;
  }

 private:
  Network network_;
};

}  // namespace

inference::Weights folded(const Tensor& weight, const BatchNorm& norm, inference::Range range) {
  const at::NoGradGuard no_gradient;
  const auto gain =
      norm.weight.to(at::kDouble) / (norm.running_var.to(at::kDouble) + norm.epsilon()).sqrt();
  return {.values = numbers(weight.to(at::kDouble) * gain.view({-1, 1, 1, 1})),
          .bias = numbers(norm.bias.to(at::kDouble) - norm.running_mean.to(at::kDouble) * gain),
          .range = range};
}

inference::ConvolutionWeights folded(const sslhost::Conv2d& convolution, const BatchNorm& norm,
                                     inference::Range range) {
  const auto& [kernel, stride, padding, bias, groups] = convolution.shape();
  return {folded(convolution.weight.permute({0, 2, 3, 1}), norm, range), kernel, stride, padding};
}

std::unique_ptr<const Inference> lite_inference(const inference::LiteWeights& weights) {
  return std::make_unique<NetworkInference<inference::LiteNetwork>>(weights);
}

std::unique_ptr<const Inference> residual_inference(const inference::ResidualWeights& weights) {
  return std::make_unique<NetworkInference<inference::ResidualNetwork>>(weights);
}

}  // namespace networks

Inference::~Inference() = default;

std::unique_ptr<const Inference> inference_of(const Backbone& network) {
  const auto* foldable = dynamic_cast<const networks::Foldable*>(&network);
  if (!foldable) return nullptr;
  for (const auto& [name, tensor] : network.named_parameters())
    if (!tensor.device().is_cpu() || tensor.scalar_type() != at::kFloat) return nullptr;
  return foldable->folded();
}

}  // namespace sslhost
