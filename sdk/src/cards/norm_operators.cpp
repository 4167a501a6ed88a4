// SPDX-License-Identifier: Apache-2.0
// Batch norm with a leaky ReLU behind it on a CUDA card.

#include <optional>

#include <ATen/ops/empty_like.h>
#include <torch/library.h>

#include "sdk/src/kernels/cuda/norms.hpp"
#include "sdk/src/kernels/cuda/on_card.hpp"
#include "sdk/src/nn/norm_arguments.hpp"

namespace sslhost::norms {

namespace {

cuda::NormSizes sizes_of(const Tensor& x, double epsilon, double slope) {
  return {x.numel() / x.size(1), x.size(1), static_cast<float>(epsilon), static_cast<float>(slope)};
}

Three forward_on_card(const Tensor& x, const Tensor& weight, const Tensor& bias,
                      const std::optional<Tensor>& running_mean,
                      const std::optional<Tensor>& running_var, double momentum, double epsilon,
                      double slope) {
  require(x, weight, bias);
  auto mean = at::empty_like(weight), var = at::empty_like(weight);
  const bool records = running_mean && running_var;
  const cuda::Running running = {records ? running_mean->mutable_data_ptr<float>() : nullptr,
                                 records ? running_var->mutable_data_ptr<float>() : nullptr,
                                 static_cast<float>(momentum)};
  auto y = cuda::on_card(at::empty_like(x), [&](float* out, auto stream) {
    cuda::batch_norm(sizes_of(x, epsilon, slope), x.const_data_ptr<float>(),
                     weight.const_data_ptr<float>(), bias.const_data_ptr<float>(), running,
                     mean.mutable_data_ptr<float>(), var.mutable_data_ptr<float>(), out, stream);
  });
  return {y, mean, var};
}

Three gradient_on_card(const Tensor& g, const Tensor& y, const Tensor& x, const Tensor& weight,
                       const Tensor& mean, const Tensor& var, double epsilon, double slope) {
  require(x, weight, mean);
  require(g, weight, var);
  require(y, weight, var);
  auto of_weight = at::empty_like(weight), of_bias = at::empty_like(weight);
  const cuda::Normed normed = {x.const_data_ptr<float>(), y.const_data_ptr<float>(),
                               weight.const_data_ptr<float>(), mean.const_data_ptr<float>(),
                               var.const_data_ptr<float>()};
  auto of_x = cuda::on_card(at::empty_like(x), [&](float* out, auto stream) {
    cuda::batch_norm_gradient(sizes_of(x, epsilon, slope), normed, g.const_data_ptr<float>(), out,
                              of_weight.mutable_data_ptr<float>(),
                              of_bias.mutable_data_ptr<float>(), stream);
  });
  return {of_x, of_weight, of_bias};
}

}  // namespace

TORCH_LIBRARY_IMPL(sslhost, CUDA, library) {
  library.impl("batch_norm", forward_on_card);
  library.impl("batch_norm_gradient", gradient_on_card);
}

}  // namespace sslhost::norms
