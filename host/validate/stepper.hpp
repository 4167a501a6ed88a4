// SPDX-License-Identifier: Apache-2.0
#pragma once

// A method stepped by hand, with its data within reach and its Step watched.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/engine/session.hpp"
#include "host/trainer/non_finite_guard.hpp"
#include "host/trainer/training_step.hpp"
#include "host/validate/watched_step.hpp"

namespace sslhost::host {

/// What the method says of these images, without gradients or a mode of its modules: [n, K].
Tensor logits_of(Session& session, const Tensor& images);

class Stepper {
 public:
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
  /// Of the first test samples, as at test time: [samples, K] on the CPU.
  Tensor logits(int64_t samples);
  c10::Device device() const { return session_.registry->task().device; }
  std::vector<Phase> phases() const { return session_.phases; }
  Session& session() { return session_; }
  /// The first loss or gradient of a run() that was not finite.
  const std::optional<NonFiniteGuard::Bad>& bad() const { return bad_; }
  /// What a user would be warned of by the steps that a run() made.
  const std::vector<std::string>& findings() const { return findings_; }

 private:
  using Use = std::function<void(const Phase&, TrainingStep&, NonFiniteGuard&)>;
  void refresh(const Phase& phase, int64_t iteration);
  void each_phase(const Use& use);
  Session session_;
  std::vector<std::string> findings_;
  std::optional<NonFiniteGuard::Bad> bad_;
};

}  // namespace sslhost::host
