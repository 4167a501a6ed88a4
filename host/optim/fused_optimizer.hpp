// SPDX-License-Identifier: Apache-2.0
#pragma once

// The optimizers behind Step::update. Learning rates and step counts are tensors on the device, so
// that a step holds no host number; `found_inf` (float32 [], 0 or 1) makes an update leave
// everything as it is.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sslhost/training/optimizer.hpp"
#include "sslhost/types.hpp"

namespace sslhost::host {

/// Parameters that are treated alike.
struct Group {
  std::vector<Tensor> parameters;
  double learning_rate_factor = 1;
  double weight_decay = 0;
  Tensor learning_rate = {};  ///< float32 [] on the device; the optimizer's own
};

class FusedOptimizer {
 public:
  FusedOptimizer(std::string name, std::vector<Group> groups, const OptimizerOptions& options);
  virtual ~FusedOptimizer() = default;

  const std::string& name() const { return name_; }
  const OptimizerOptions& options() const { return options_; }
  /// Of all groups, in their order.
  const std::vector<Tensor>& parameters() const { return parameters_; }
  void set_learning_rate(int64_t iteration, int64_t iterations);
  double learning_rate() const { return learning_rate_; }  ///< as last set, before groups' factors
  std::vector<Tensor> learning_rates() const;  ///< of the groups, float32 [] on the device

  /// A check of the monitored value: a plateau schedule lowers the learning rate from now on when
  /// it has not fallen for too long. That of an optimizer that rests in this phase stays.
  void check(double value);
  /// Whether it updated anything in this phase.
  bool used() const { return plateau_.const_data_ptr<double>()[1] >= 0; }
  /// Whether it has a plateau schedule.
  bool has_plateau_schedule() const;
  /// A plateau schedule begins anew: with the whole learning rate, unless it goes over the run.
  void restart_plateau();

  /// Gradients in the order of parameters(); an undefined one leaves its parameter alone.
  void update(const std::vector<Tensor>& gradients, const Tensor& found_inf);

  /// Everything a checkpoint must hold, by name.
  std::vector<std::pair<std::string, Tensor>> state() const;

 protected:
  struct Lists {
    std::vector<Tensor> parameters, gradients, first, second, steps;
  };
  virtual void fused(Lists& lists, const Group& group, const Tensor& found_inf) = 0;
  /// One zero for each number of the parameters.
  std::vector<Tensor> zeros() const;

  OptimizerOptions options_;
  Tensor steps_;  // float32 [parameters]: updates of each, by which Adam corrects its moments
  // Adam's moments; SGD's momentum; Adadelta's mean squares of gradients and of changes.
  std::vector<Tensor> first_, second_;

 private:
  void count(const std::vector<Tensor>& updated, const Tensor& found_inf);
  std::vector<Lists> lists_of(const std::vector<Tensor>& gradients) const;

  std::string name_;
  std::vector<Group> groups_;
  std::vector<Tensor> parameters_, steps_of_each_;
  double learning_rate_ = 0;
  // float64 [3] on the CPU: best value; checks since then, or -1 before the phase's first update;
  // factor.
  Tensor plateau_;
};

std::unique_ptr<FusedOptimizer> make_optimizer(std::string name, std::vector<Group> groups,
                                               const OptimizerOptions& options);
/// All in one group.
std::unique_ptr<FusedOptimizer> make_optimizer(std::string name, std::vector<Tensor> parameters,
                                               const OptimizerOptions& options);
/// The same parameters, those without weight decay apart, where the options ask for it.
std::vector<Group> with_weight_decay(std::vector<Group> groups, const OptimizerOptions& options);

}  // namespace sslhost::host
