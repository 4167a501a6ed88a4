// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a method built: its modules, optimizers and state, placed on the device and known by name.
// The host's Build.

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sslhost/build.hpp"

#include "host/trainer/fused_optimizer.hpp"
#include "host/trainer/moving_average.hpp"
#include "host/trainer/statistics.hpp"

namespace sslhost::host {

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

class Assembly final : public Build {
 public:
  Assembly(const Task& task, std::string model, uint64_t seed);

  const Task& task() const override { return task_; }
  uint64_t seed(std::string_view name) const override;
  Network backbone(std::string_view name, const NetworkRequest& request) override;
  Optimizer optimizer(std::string_view name, std::initializer_list<torch::nn::Module*> modules,
                      const OptimizerOptions& options) override;
  Tensor state(std::string_view name, Tensor initial) override;
  void follow(const Network& teacher, const Network& student, double decay, bool warm_up) override;
  void problem(std::string_view option, std::string_view why) override;
  void warning(std::string_view text) override { warnings_.emplace_back(text); }

  const std::vector<std::string>& problems() const { return problems_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

  /// Parameters and buffers of every module, and the method's state: what predict() may depend on.
  NamedTensors model_tensors() const;
  /// Moments and step counts, of optimizers and teachers.
  NamedTensors optimizer_tensors() const;

  void set_rates(int64_t iteration, int64_t iterations);
  FusedOptimizer& at(Optimizer handle);
  /// Teachers of networks that this optimizer changes move towards them, unless `skip` is 1.
  void after_update(const FusedOptimizer& changed, const Tensor& skip);

  StatisticsGates& statistics() { return gates_; }
  void training_mode(bool on);

 private:
  friend class EvaluationMode;
  void own(std::string_view name, std::shared_ptr<torch::nn::Module> module) override;
  void check_new(std::string_view name) const;

  Task task_;
  std::string model_;
  uint64_t seed_;
  std::vector<std::pair<std::string, std::shared_ptr<torch::nn::Module>>> modules_;
  std::vector<std::unique_ptr<FusedOptimizer>> optimizers_;
  NamedTensors states_;
  std::vector<MovingAverage> followers_;
  std::vector<std::string> problems_, warnings_;
  StatisticsGates gates_;
};

/// Evaluation mode for as long as it lives: modules out of training, statistics open for use, no
/// gradients. Each module's own flag comes back afterwards, so that what a method froze stays
/// frozen.
class EvaluationMode {
 public:
  explicit EvaluationMode(Assembly& assembly);
  ~EvaluationMode();
  EvaluationMode(const EvaluationMode&) = delete;
  EvaluationMode& operator=(const EvaluationMode&) = delete;

 private:
  Assembly& assembly_;
  std::vector<std::pair<torch::nn::Module*, bool>> flags_;
  bool gradients_;
};

}  // namespace sslhost::host
