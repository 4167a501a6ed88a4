// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a method built: its modules, optimizers and state, placed on the device and known by name.
// The host's Build.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sslhost/build.hpp"

#include "host/trainer/fused_optimizer.hpp"
#include "host/trainer/module_flags.hpp"
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
  /// The same with averaged weights, where they are kept: what is evaluated and saved as the model.
  NamedTensors evaluation_tensors() const;
  /// Moments and step counts, of optimizers, teachers and averages; the averages themselves.
  NamedTensors optimizer_tensors() const;
  /// Throws Error (plugin) when the method no longer holds a tensor that state() gave it.
  void require_states_kept() const;
  ModuleFlags flags() const;
  void set_flags(const ModuleFlags& flags);

  /// From now on parameters and buffers of all modules are averaged with that decay.
  void keep_average(double decay);
  /// The averages, where they are kept, become the weights, and are kept no longer.
  void settle_average();

  /// The averages become the weights as they are.
  void restart_average();
  /// Start of a phase, after begin(): plateaus, averages and their warm-up begin anew.
  void begin_phase();
  /// End of an iteration: averages move on. After a bad loss, when `skip` is 1, they stay, and
  /// running statistics go back to those before it.
  void end_iteration(const Tensor& skip);

  const std::vector<std::unique_ptr<FusedOptimizer>>& optimizers() const { return optimizers_; }
  bool has_plateau() const;  ///< whether some optimizer's rate depends on looks
  void set_rates(int64_t iteration, int64_t iterations);
  FusedOptimizer& at(Optimizer handle);
  /// Teachers of networks that this optimizer changes move towards them, unless `skip` is 1.
  void after_update(const FusedOptimizer& changed, const Tensor& skip);

  StatisticsGates& statistics() { return gates_; }
  /// Names of modules with running statistics that no pass ever recorded.
  std::vector<std::string> unrecorded();
  void training_mode(bool on);

 private:
  friend class EvaluationMode;
  void own(std::string_view name, std::shared_ptr<torch::nn::Module> module) override;
  void check_new(std::string_view name) const;
  NamedTensors module_tensors() const;

  Task task_;
  std::string model_;
  uint64_t seed_;
  std::vector<std::pair<std::string, std::shared_ptr<torch::nn::Module>>> modules_;
  std::vector<std::unique_ptr<FusedOptimizer>> optimizers_;
  NamedTensors states_;
  std::vector<MovingAverage> followers_;
  std::optional<MovingAverage> average_;
  std::vector<std::string> problems_, warnings_;
  StatisticsGates gates_;
};

}  // namespace sslhost::host
