// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a method registered in build(): its modules, optimizers and state, placed on the device and
// known by name. The host's Build.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sslhost/build.hpp"

#include "host/data/pools.hpp"
#include "host/encode/network_weights.hpp"
#include "host/model/batch_norm_statistics.hpp"
#include "host/model/module_flags.hpp"
#include "host/model/moving_average.hpp"
#include "host/model/teachers.hpp"
#include "host/optim/fused_optimizer.hpp"

namespace sslhost::host {

struct InitialWeights;

/// A network of the SDK's, by what it was made from.
struct SdkNetwork {
  std::string name;   ///< it is registered by
  std::string model;  ///< as in --model
  NetworkRequest request;
  std::shared_ptr<Backbone> backbone;
};

/// Where a phase is in its run, in iterations as they were planned.
struct PlaceInRun {
  int64_t before = 0;
  int64_t all = 0;  ///< 0: the phase is all there is
};

class Registry final : public Build {
 public:
  Registry(const Task& task, std::string model, uint64_t seed);

  /// Before build(): networks of --model are to begin with these, which outlive it. Throws from
  /// backbone() then, Error (storage), where they do not fit.
  void begin_with(const InitialWeights& weights);
  /// What the networks of --model took over; nothing where none was made.
  const std::optional<Loaded>& loaded() const { return loaded_; }
  /// After build(): their heads are fitted to labeled samples. Returns how many those were.
  int64_t fit_heads(const std::string& head, const ResidentPool& labeled);
  /// After build(): their batch norms use the running statistics that they have, in training too.
  void freeze_statistics();

  const Task& task() const override { return task_; }
  uint64_t seed(std::string_view name) const override;
  Network backbone(std::string_view name, const NetworkRequest& request) override;
  Optimizer optimizer(std::string_view name, const std::vector<ParameterGroup>& groups,
                      const OptimizerOptions& options) override;
  std::vector<Tensor> parameters(Optimizer optimizer) const override;
  Tensor state(std::string_view name, Tensor initial, Keep keep) override;
  void ema_teacher(ModuleRef teacher, ModuleRef student, const EmaOptions& options) override;
  void predict_with(const Network& network) override;
  void problem(std::string_view option, std::string_view why) override;
  void warning(std::string_view text) override { warnings_.emplace_back(text); }

  const std::vector<std::string>& problems() const { return problems_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

  /// Parameters and buffers of every module, and the method's state.
  NamedTensors tensors() const;
  /// What predict() may depend on: the same without state for training alone, and with averaged
  /// weights, where they are kept. This is evaluated and saved as the model.
  NamedTensors model_tensors() const;
  /// What model_tensors() of another run can be copied into.
  NamedTensors loadable_tensors() const;
  /// Moments and step counts, of optimizers, teachers and averages; the averages themselves.
  NamedTensors optimizer_tensors() const;
  /// Throws Error (plugin) when the method no longer holds a tensor that state() gave it.
  void require_states_kept() const;
  ModuleFlags flags() const;
  void set_flags(const ModuleFlags& flags);

  /// From now on parameters and buffers of all modules, and states that are learned, are averaged
  /// with that decay.
  void keep_average(double decay, WarmUp warm_up = WarmUp::tenth);
  /// The averages, where they are kept, become the weights, and are kept no longer.
  void settle_average();
  /// Exchanges weights and averages, where they are kept.
  void exchange_averages();

  /// The averages become the weights as they are.
  void restart_average();
  /// Start of a phase, after begin(): plateaus, averages and their warm-up begin anew.
  void begin_phase();
  /// Before an iteration of a phase: learning rates and decays of teachers.
  void begin_iteration(int64_t iteration, int64_t iterations, const PlaceInRun& place = {});
  /// End of an iteration: averages move on. After a bad loss, when `found_inf` is 1, they stay, and
  /// running statistics go back to those before it.
  void end_iteration(const Tensor& found_inf);

  const std::vector<std::unique_ptr<FusedOptimizer>>& optimizers() const { return optimizers_; }
  bool has_plateau() const;  ///< whether some optimizer's learning rate depends on checks
  FusedOptimizer& at(Optimizer handle);
  /// Gradients in the order of parameters(), checked, in that of the optimizer's own. Throws Error
  /// (plugin).
  std::vector<Tensor> in_update_order(Optimizer handle, const std::vector<Tensor>& gradients);
  /// After an optimizer's update: teachers follow.
  void after_update(const FusedOptimizer& changed, const Tensor& found_inf) {
    teachers_.after_update(changed, found_inf);
  }

  std::vector<Module*> modules() const;
  const std::vector<std::pair<std::string, std::shared_ptr<Module>>>& named() const {
    return modules_;
  }
  /// The registered module, or part of one, that is meant. `where` says who asks.
  Module& resolve(ModuleRef ref, const char* where) const;
  /// What predict_with() named; null: the method predicts.
  const SdkNetwork* predictor() const { return predictor_; }
  BatchNormStatistics& statistics() { return statistics_; }
  /// Names of modules with running statistics that no pass ever recorded.
  std::vector<std::string> unrecorded();
  void training_mode(bool on);

 private:
  struct State {
    std::string name;
    Tensor tensor;
    std::vector<int64_t> sizes;
    Keep keep;
    bool learned = false;  ///< an optimizer changes it
    size_t held = 1;       ///< references to it in the host
  };

  void own(std::string_view name, std::shared_ptr<Module> module) override;
  void check_new(std::string_view name) const;
  std::vector<Tensor> parameters_of(const ParameterGroup& group, const std::string& where);
  /// From now on that state takes gradients.
  void learn(const Tensor& tensor, const std::string& where);
  void add_optimizer(const std::string& name, const std::vector<ParameterGroup>& groups,
                     const OptimizerOptions& options);
  size_t number_of(Optimizer handle, const char* where) const;
  NamedTensors module_tensors() const;
  NamedTensors trained_tensors() const;  ///< the same, and states that are learned

  Task task_;
  std::string model_;
  uint64_t seed_;
  std::vector<std::pair<std::string, std::shared_ptr<Module>>> modules_;
  std::vector<std::unique_ptr<SdkNetwork>> networks_;
  const SdkNetwork* predictor_ = nullptr;
  std::vector<std::unique_ptr<FusedOptimizer>> optimizers_;
  std::vector<std::vector<Tensor>> declared_;  ///< of each: parameters() in the method's order
  std::vector<State> states_;
  Teachers teachers_;
  std::optional<MovingAverage> average_;
  std::vector<std::string> problems_, warnings_;
  BatchNormStatistics statistics_;
  const InitialWeights* initial_ = nullptr;
  std::optional<Loaded> loaded_;
  std::vector<Module*> frozen_;  ///< out of training always
};

}  // namespace sslhost::host
