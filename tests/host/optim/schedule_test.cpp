// SPDX-License-Identifier: Apache-2.0
// That the trainer gives every iteration its own learning rate, at the very beginning too.
#include <vector>

#include <gmock/gmock.h>

#include <ATen/ops/zeros.h>

#include "host/trainer/trainer.hpp"
#include "tests/support/toy_data.hpp"

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;

struct OneWeight : Module {
  OneWeight() { weight = register_parameter("weight", at::zeros({})); }
  Tensor weight;
};

/// Descends along a loss of slope 1 by plain gradient descent: a step is as long as its rate.
class Slope final : public Method {
 public:
  explicit Slope(const ScheduleOptions& schedule) : schedule_(schedule) {}
  std::vector<Phase> phases(const Task&) const override {
    return {{.name = "first", .iterations = 4, .evaluate = false},
            {.name = "second", .iterations = 2, .evaluate = false}};
  }
  void build(Build& build) override {
    net_ = build.module("net", std::make_shared<OneWeight>());
    sgd_ = build.optimizer("sgd", {net_.get()},
                           {.kind = OptimizerOptions::Kind::sgd,
                            .learning_rate = 1,
                            .momentum = 0,
                            .schedule = schedule_});
  }
  void step(Step& s) override {
    const auto before = net_->weight.item<float>();
    s.update(sgd_, net_->weight * 1);
    lengths.push_back(before - net_->weight.item<float>());
  }
  Tensor predict(const Tensor& images) override { return images; }

  std::vector<float> lengths;

 private:
  ScheduleOptions schedule_;
  std::shared_ptr<OneWeight> net_;
  Optimizer sgd_;
};

struct Silence final : TrainerEvents {
  void metrics(const MetricsRow&, const Position&, int64_t) override {}
  void checkpoint(const Checkpoint&) override {}
};

std::vector<float> step_lengths(const ScheduleOptions& schedule) {
  const auto data = testing::toy_data();
  Registry registry(data.task, "mlp-4", 1);
  Slope method(schedule);
  method.build(registry);
  const Settings settings;
  Silence events;
  const std::atomic<bool> stop = false;
  const auto phases = method.phases(data.task);
  Trainer(method, "slope", phases, data, registry, settings, events, stop).run();
  return method.lengths;
}

TEST(TrainerSchedule, LinearFallsFromTheWholeRateInEveryPhase) {
  EXPECT_THAT(step_lengths({.kind = ScheduleOptions::Kind::linear}),
              ElementsAre(FloatEq(1), FloatEq(0.75), FloatEq(0.5), FloatEq(0.25), FloatEq(1),
                          FloatEq(0.5)));
}

TEST(TrainerSchedule, StepsBeginAfterTheFirstIteration) {
  EXPECT_THAT(
      step_lengths({.kind = ScheduleOptions::Kind::step, .factor = 0.5, .period = 2}),
      ElementsAre(FloatEq(1), FloatEq(0.5), FloatEq(0.5), FloatEq(0.25), FloatEq(1), FloatEq(0.5)));
}

}  // namespace
}  // namespace sslhost::host
