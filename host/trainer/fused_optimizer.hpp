// SPDX-License-Identifier: Apache-2.0
#pragma once

// The optimizers behind Step::update. Rate and step count are tensors on the device, so that a step
// holds no host number; `skip` (float32 [], 0 or 1) makes an update leave everything as it is.

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
  const OptimizerOptions& options() const { return options_; }
  const std::vector<Tensor>& parameters() const { return parameters_; }
  void set_rate(int64_t iteration, int64_t iterations);
  double rate() const { return host_rate_; }  ///< as last set

  /// A plateau schedule's look: lowers the rate from now on when `value` has not fallen for too
  /// long.
  void look(double value);
  /// Whether it updated anything in this phase.
  bool used() const { return used_; }
  /// Whether it has a plateau schedule.
  bool waits_for_looks() const;
  /// A plateau schedule begins anew, with the whole rate.
  void forget_looks();

  /// Gradients in the order of parameters(); an undefined one leaves its parameter alone.
  void update(const std::vector<Tensor>& gradients, const Tensor& skip);

  /// Everything a checkpoint must hold, by name.
  std::vector<std::pair<std::string, Tensor>> state() const;

 protected:
  struct Lists {
    std::vector<Tensor> parameters, gradients, first, second, steps;
  };
  virtual void fused(Lists& lists, const Tensor& skip) = 0;
  /// One zero for each number of the parameters.
  std::vector<Tensor> zeros() const;

  OptimizerOptions options_;
  Tensor rate_;   // float32 []
  Tensor steps_;  // float32 [parameters]: updates of each, by which Adam corrects its moments
  // Adam's moments; SGD's momentum; Adadelta's mean squares of gradients and of changes.
  std::vector<Tensor> first_, second_;

 private:
  void count(const std::vector<Tensor>& updated, const Tensor& skip);

  std::string name_;
  std::vector<Tensor> parameters_, steps_of_each_;
  double host_rate_ = 0;
  bool used_ = false;  // since forget_looks()
  Tensor plateau_;     // float64 [3] on the CPU: best value, looks since then, factor
};

std::unique_ptr<FusedOptimizer> make_optimizer(std::string name, std::vector<Tensor> parameters,
                                               const OptimizerOptions& options);

}  // namespace sslhost::host
