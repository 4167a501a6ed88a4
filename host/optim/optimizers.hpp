// SPDX-License-Identifier: Apache-2.0
#pragma once

// The optimizers that make_optimizer() chooses from.

#include "host/optim/fused_optimizer.hpp"

namespace sslhost::host {

/// LibTorch's fused kernel; AdamW where the options say so.
class Adam final : public FusedOptimizer {
 public:
  Adam(std::string name, std::vector<Group> groups, const OptimizerOptions& options);

 private:
  void fused(Lists& lists, const Group& group, const Tensor& found_inf) override;
};

/// LibTorch's fused kernel.
class Sgd final : public FusedOptimizer {
 public:
  Sgd(std::string name, std::vector<Group> groups, const OptimizerOptions& options);

 private:
  void fused(Lists& lists, const Group& group, const Tensor& found_inf) override;
};

/// One loop of our own on CPUs; lists of tensors elsewhere.
class Adadelta final : public FusedOptimizer {
 public:
  Adadelta(std::string name, std::vector<Group> groups, const OptimizerOptions& options);

 private:
  void fused(Lists& lists, const Group& group, const Tensor& found_inf) override;
  void in_one_loop(Lists& lists, const Group& group, const Tensor& found_inf) const;
  void by_lists(Lists& lists, const Group& group, const Tensor& found_inf) const;
};

}  // namespace sslhost::host
