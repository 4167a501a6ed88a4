// SPDX-License-Identifier: Apache-2.0
#pragma once

// A scope in which a network computes what it computes at test time, in the middle of training:
// running statistics instead of the batch's, no dropout, no noise, no gradient. Nothing in it
// changes.

#include <utility>
#include <vector>

#include <ATen/core/grad_mode.h>
#include <torch/nn/module.h>

namespace torch::nn {
struct BatchNormOptions;
}

namespace autoencoder_transfer {

class Frozen {
 public:
  explicit Frozen(torch::nn::Module& network);
  Frozen(const Frozen&) = delete;
  ~Frozen();

 private:
  at::NoGradGuard no_gradient_;
  std::vector<std::pair<std::shared_ptr<torch::nn::Module>, bool>> modes_;
  std::vector<std::pair<torch::nn::BatchNormOptions*, bool>> tracking_;
};

}  // namespace autoencoder_transfer
