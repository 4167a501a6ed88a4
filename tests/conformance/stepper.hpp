// SPDX-License-Identifier: Apache-2.0
#pragma once

// A method stepped by hand, as a rule on the embedded digits, with its data within reach and its
// Step watched.

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "host/engine/session.hpp"
#include "host/trainer/training_step.hpp"
#include "host/trainer/unlabeled_gradient_check.hpp"
#include "tests/conformance/small_run.hpp"

namespace sslhost::testing {

/// Operators that make the host wait for the device, and tensors made without saying where, both as
/// a GPU would meet them. Seen on this thread while alive and not paused.
class WaitObserver {
 public:
  WaitObserver();
  ~WaitObserver();
  WaitObserver(const WaitObserver&) = delete;
  WaitObserver& operator=(const WaitObserver&) = delete;
  static void pause(bool on);
  const std::set<std::string>& seen() const;

 private:
  uint64_t handle_;
};

/// Passes every call on to the host's Step.
class WatchedStep final : public Step {
 public:
  explicit WatchedStep(Step& host) : host_(host) {}
  Labeled labeled(Pick pick) override;
  Tensor unlabeled(Pick pick) override;
  Tensor index(Pick pick) override;
  void update(Optimizer o, const Tensor& loss, std::string_view term) override {
    host_.update(o, loss, term);
  }
  void update(std::initializer_list<std::pair<Optimizer, Tensor>> losses) override {
    host_.update(losses);
  }
  void log(std::string_view name, const Tensor& value) override { host_.log(name, value); }
  Tensor normal(std::string_view name, IntArrayRef shape) override {
    return host_.normal(name, shape);
  }
  Tensor uniform(std::string_view name, IntArrayRef shape) override {
    return host_.uniform(name, shape);
  }
  Tensor bernoulli(std::string_view name, double p, IntArrayRef shape) override {
    return host_.bernoulli(name, p, shape);
  }
  Tensor beta(std::string_view name, double a, double b, IntArrayRef shape) override {
    return host_.beta(name, a, b, shape);
  }
  Tensor permutation(std::string_view name, int64_t n) override {
    return host_.permutation(name, n);
  }
  Tensor iteration() const override { return host_.iteration(); }
  Tensor progress() const override { return host_.progress(); }
  std::string_view phase() const override { return host_.phase(); }
  NoiseScope noise(std::string_view name, bool on) override { return host_.noise(name, on); }
  StatisticsScope record_statistics(ModuleRef module, bool on) override {
    return host_.record_statistics(module, on);
  }
  EvaluationScope evaluate(ModuleRef module) override { return host_.evaluate(module); }

  /// What the method gets instead of a stream's unlabeled images.
  std::function<Tensor(const std::string& stream, const Tensor& images)> replace;
  std::vector<std::pair<Tensor, uint32_t>>
      given;  ///< every tensor given out, with its version then

 private:
  Tensor note(const Tensor& tensor);
  Step& host_;
};

class Stepper {
 public:
  explicit Stepper(const std::string& method, const OptionTexts& more = {});
  explicit Stepper(const TrainRequest& request);
  /// Puts the labels of these samples of the training part, and of the test part, in another order.
  void poison(bool labeled, bool others);
  /// Each phase for that many iterations; `around` is called in place of the method's step.
  using Around = std::function<void(Method&, WatchedStep&)>;
  void run(int64_t iterations, const Around& around = [](Method& m, WatchedStep& s) { m.step(s); });
  /// Each phase in full, with the host's probe: what it says about each.
  std::vector<std::string> probed();
  /// Trained parameters: buffers are left out, since any pass may move running statistics.
  std::vector<Tensor> parameters() const;
  /// A registered tensor by name, the method's own and not a copy.
  Tensor tensor(const std::string& name) const;
  std::vector<Phase> phases() const { return session_.phases; }

 private:
  void refresh(const Phase& phase, int64_t iteration);
  void each_phase(const std::function<void(const Phase&, host::TrainingStep&)>& use);
  host::Session session_;
};

}  // namespace sslhost::testing
