// SPDX-License-Identifier: Apache-2.0
#pragma once

// The optimizers behind Step::update, on LibTorch's fused kernels. Rate and step count are tensors
// on the device, so that a step holds no host number; `skip` (float32 [], 0 or 1) makes an update
// leave everything as it is.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sslhost/optimizer.hpp"
#include "sslhost/types.hpp"

namespace sslhost::host {

class FusedOptimizer {
 public:
  FusedOptimizer(std::string name, std::vector<Tensor> parameters, const OptimizerOptions& options);
  virtual ~FusedOptimizer() = default;

  const std::string& name() const { return name_; }
  const std::vector<Tensor>& parameters() const { return parameters_; }
  void set_rate(int64_t iteration, int64_t iterations);

  /// Gradients in the order of parameters(); an undefined one leaves its parameter alone.
  void update(const std::vector<Tensor>& gradients, const Tensor& skip);

  /// Everything a checkpoint must hold, by name.
  std::vector<std::pair<std::string, Tensor>> state() const;

 protected:
  struct Lists {
    std::vector<Tensor> parameters, gradients, first, second, steps;
  };
  virtual void fused(Lists& lists, const Tensor& skip) = 0;

  OptimizerOptions options_;
  Tensor rate_, steps_;                 // float32 []
  std::vector<Tensor> first_, second_;  // Adam's moments; SGD's momentum (second_ empty)

 private:
  std::string name_;
  std::vector<Tensor> parameters_;
};

std::unique_ptr<FusedOptimizer> make_optimizer(std::string name, std::vector<Tensor> parameters,
                                               const OptimizerOptions& options);

}  // namespace sslhost::host
