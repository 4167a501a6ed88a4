// SPDX-License-Identifier: Apache-2.0
#pragma once

// The optimizers that make_optimizer() chooses from.

#include "host/trainer/fused_optimizer.hpp"

namespace sslhost::host {

/// LibTorch's fused kernel; AdamW where the options say so.
class Adam final : public FusedOptimizer {
 public:
  Adam(std::string name, std::vector<Tensor> parameters, const OptimizerOptions& options);

 private:
  void fused(Lists& lists, const Tensor& skip) override;
};

/// LibTorch's fused kernel.
class Sgd final : public FusedOptimizer {
 public:
  Sgd(std::string name, std::vector<Tensor> parameters, const OptimizerOptions& options);

 private:
  void fused(Lists& lists, const Tensor& skip) override;
};

/// One loop of our own on CPUs; lists of tensors elsewhere.
class Adadelta final : public FusedOptimizer {
 public:
  Adadelta(std::string name, std::vector<Tensor> parameters, const OptimizerOptions& options);

 private:
  void fused(Lists& lists, const Tensor& skip) override;
  void in_one_loop(Lists& lists, const Tensor& skip) const;
  void by_lists(Lists& lists, const Tensor& skip) const;
};

}  // namespace sslhost::host
