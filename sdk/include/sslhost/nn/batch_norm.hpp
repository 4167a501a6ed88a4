// SPDX-License-Identifier: Apache-2.0
#pragma once

// Batch normalization (S. Ioffe, C. Szegedy, arXiv:1502.03167v3) that knows the host's rule: a
// training pass normalizes by its own batch, and records running statistics only inside
// Step::record_statistics.

#include <cstdint>
#include <vector>

#include "sslhost/export.hpp"
#include "sslhost/nn/module.hpp"

namespace sslhost {

/// How a batch norm normalizes and records.
struct BatchNormOptions {
  double epsilon = 1e-5;  ///< added to the variance, > 0
  /// Share of a recorded batch in the running statistics, [0, 1].
  double momentum = 0.1;
  /// The n-th recorded batch has the share max(momentum, 1/n): a plain mean at first, so that
  /// nothing is left of the initial 0 and 1. For small momenta: with 0.001 a fifth of them would
  /// still be there after 1,500 batches.
  bool mean_at_first = false;
};

/// torch.nn.BatchNorm1d's and 2d's parameters `weight` and `bias` [C] and buffers `running_mean`,
/// `running_var` [C] and `num_batches_tracked` [].
class SSLHOST_API BatchNorm : public Module, public RunningStatistics {
 public:
  /// C channels; weight 1, bias 0, running mean 0 and variance 1.
  explicit BatchNorm(int64_t channels, const BatchNormOptions& options = {});
  /// [N,C] or [N,C,...]. Throws Error (usage) in training when a channel has one value only.
  Tensor forward(const Tensor& x);
  Tensor operator()(const Tensor& x) { return forward(x); }  ///< forward(x)
  /// What is positive of forward(x), and of the rest `negative_slope` times: ReLU, or a leaky one.
  /// In training both are one pass over x where it is float32 [N,C] or has its channels last.
  Tensor forward_relu(const Tensor& x, double negative_slope = 0);

  double epsilon() const { return options_.epsilon; }  ///< as it was given
  void record_statistics(bool on) override { records_ = on; }
  std::vector<Tensor> statistics() const override { return {running_mean, running_var}; }

  Tensor weight, bias, running_mean, running_var, num_batches_tracked;  ///< as above

 private:
  Tensor in_one_pass(const Tensor& x, double negative_slope);
  Tensor by_library(const Tensor& x);
  BatchNormOptions options_;
  bool records_ = false;
};

}  // namespace sslhost
