// SPDX-License-Identifier: Apache-2.0
#include "sslhost/nn/batch_norm.hpp"

#include <algorithm>
#include <optional>

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/var_mean.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <c10/util/Exception.h>

#include "sslhost/error.hpp"
#include "sslhost/training/ranks.hpp"

#include "sdk/src/nn/norm_functions.hpp"

namespace sslhost {

namespace {

void record(BatchNorm& norm, const BatchNormOptions& options, const Tensor& mean,
            const Tensor& var) {
  const at::NoGradGuard no_gradient;
  // On the device, so that nothing waits and a captured step can be replayed.
  const auto share =
      options.mean_at_first
          ? norm.num_batches_tracked.to(at::kFloat).reciprocal_().clamp_min_(options.momentum)
          : at::full_like(norm.num_batches_tracked, options.momentum, at::kFloat);
  norm.running_mean.lerp_(mean, share);
  norm.running_var.lerp_(var, share);
}

/// A slope of 1 is nothing.
Tensor leaky(const Tensor& x, double slope) {
  return slope == 1 ? x : slope == 0 ? at::relu(x) : at::leaky_relu(x, slope);
}

/// Of each rank in its place: [W,2,C] of [2,C], in one sum.
Tensor of_all_ranks(const Tensor& own) {
  const int64_t rank = detail::ranks()->rank(), size = detail::ranks()->size();
  const auto none = [&](int64_t count) {
    return at::zeros({count, own.size(0), own.size(1)}, own.options());
  };
  return detail::sum_over_ranks(at::cat({none(rank), own.unsqueeze(0), none(size - rank - 1)}));
}

/// Normalized by the batches of all ranks together, which are of one size.
Tensor over_ranks(BatchNorm& norm, const BatchNormOptions& options, bool records, const Tensor& x) {
  std::vector<int64_t> all_but_channels = {0}, channels(static_cast<size_t>(x.dim()), 1);
  for (int64_t d = 2; d < x.dim(); ++d) all_but_channels.push_back(d);
  channels[1] = x.size(1);
  const auto [own_var, own_mean] = at::var_mean(x, all_but_channels, /*correction=*/0);
  const auto all = of_all_ranks(at::stack({own_mean, own_var}));
  const auto means = all.select(1, 0), mean = means.mean(0);
  // Of the ranks' deviations: a difference of sums of squares loses its digits where means are
  // large.
  const auto var = all.select(1, 1).mean(0) + (means - mean).square().mean(0);
  const auto count = static_cast<double>(x.numel() / x.size(1)) * detail::ranks()->size();
  if (records) record(norm, options, mean.detach(), var.detach() * (count / (count - 1)));
  const auto gain = norm.weight * at::rsqrt(var + options.epsilon);
  return (x - mean.view(channels)) * gain.view(channels) + norm.bias.view(channels);
}

}  // namespace

BatchNorm::BatchNorm(int64_t channels, const BatchNormOptions& options) : options_(options) {
  weight = register_parameter("weight", at::ones({channels}));
  bias = register_parameter("bias", at::zeros({channels}));
  running_mean = register_buffer("running_mean", at::zeros({channels}));
  running_var = register_buffer("running_var", at::ones({channels}));
  num_batches_tracked = register_buffer("num_batches_tracked", at::zeros({}, at::kLong));
}

Tensor BatchNorm::forward(const Tensor& x) { return forward_relu(x, 1); }

Tensor BatchNorm::forward_relu(const Tensor& x, double negative_slope) {
  TORCH_CHECK(x.dim() >= 2 && x.size(1) == weight.size(0), "BatchNorm: expected [N, ",
              weight.size(0), ", ...], found ", x.sizes());
  if (!is_training()) {
    // A pass after this one may record: the gradient of this one is by what it saw.
    const auto seen = [](const Tensor& buffer) {
      return at::GradMode::is_enabled() ? buffer.clone() : buffer;
    };
    return leaky(
        at::batch_norm(x, weight, bias, seen(running_mean), seen(running_var), false,
                       options_.momentum, options_.epsilon, at::globalContext().userEnabledCuDNN()),
        negative_slope);
  }
  if (x.numel() == x.size(1))
    throw Error(ExitCode::usage,
                {"batch norm", "at least two samples in each batch: the network has batch norm",
                 "a batch of one",
                 "use larger batches, or a network without batch norm such as mlp-plain-256-256"});
  if (records_) num_batches_tracked.add_(1);
  if (detail::ranks()) return leaky(over_ranks(*this, options_, records_, x), negative_slope);
  return norms::is_taken(x, weight) ? in_one_pass(x, negative_slope)
                                    : leaky(by_library(x), negative_slope);
}

Tensor BatchNorm::in_one_pass(const Tensor& x, double negative_slope) {
  const bool moves = records_ && !options_.mean_at_first;
  const auto where = [&](const Tensor& buffer) {
    return moves ? std::optional(buffer) : std::nullopt;
  };
  const auto result = norms::batch_norm(x, weight, bias, where(running_mean), where(running_var),
                                        {options_.momentum, options_.epsilon, negative_slope});
  if (records_ && !moves) {
    const auto count = static_cast<double>(x.numel() / x.size(1));
    record(*this, options_, result.mean, result.var * (count / (count - 1)));
  }
  return result.y;
}

Tensor BatchNorm::by_library(const Tensor& x) {
  const bool cudnn = at::globalContext().userEnabledCuDNN();
  if (!records_ || !options_.mean_at_first)
    // Without buffers the kernel normalizes by the batch all the same, and has nothing to record.
    return at::batch_norm(x, weight, bias, records_ ? running_mean : Tensor(),
                          records_ ? running_var : Tensor(), true, options_.momentum,
                          options_.epsilon, cudnn);
  // With momentum 1 the kernel leaves the batch's own mean and unbiased variance. It still adds 0
  // times what was there, which is NaN where memory was never written: start from zeros.
  const auto mean = at::zeros_like(running_mean), var = at::zeros_like(running_var);
  auto result =
      at::batch_norm(x, weight, bias, mean, var, true, /*momentum=*/1.0, options_.epsilon, cudnn);
  record(*this, options_, mean, var);
  return result;
}

}  // namespace sslhost
