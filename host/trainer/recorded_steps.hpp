// SPDX-License-Identifier: Apache-2.0
#pragma once

// Steps of a phase, made one after the other or replayed from one recording. A recording is relied
// on after it was compared: from one state, a step and a replay must give the same bits.

#include <functional>
#include <memory>
#include <string>

#include "host/model/registry.hpp"
#include "host/trainer/step_graph.hpp"

namespace sslhost::host {

class RecordedSteps {
 public:
  /// Everything that a step changes, as tensors on the device.
  using State = std::function<NamedTensors()>;
  using Step = std::function<void()>;

  /// Without `promised` (Phase::static_step), or on a device without graphs, every step is
  /// made.
  RecordedSteps(c10::Device device, bool promised, State state);

  /// One step, whose inputs are written. `watched`: the host looks at this one as it is made, so
  /// that it cannot be a replay. `begin` writes the inputs again, for a second attempt. Empty, or
  /// why steps are not replayed, once.
  std::string run(const Step& step, bool watched, const Step& begin);
  /// What a recording refers to may have changed.
  void forget();
  bool replays() const { return stage_ == Stage::replaying; }

 private:
  enum class Stage { making, recorded, replaying, never };
  std::string record(const Step& step, const Step& begin);
  std::string compare(const Step& step);
  std::string give_up(const std::string& why);

  c10::Device device_;
  State state_;
  Stage stage_;
  int64_t made_ = 0;
  std::unique_ptr<StepGraph> graph_;
};

}  // namespace sslhost::host
