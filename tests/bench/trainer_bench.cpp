// SPDX-License-Identifier: Apache-2.0
// The trainer's own cost: steps of a method that does nothing but ask for batches.
#include <atomic>
#include <string>

#include <benchmark/benchmark.h>

#include <ATen/ops/arange.h>

#include "host/trainer/trainer.hpp"

namespace sslhost::host {
namespace {

constexpr int64_t kSteps = 1000;

class Idle final : public Method {
 public:
  explicit Idle(int64_t batches) : batches_(batches) {}
  std::vector<Phase> phases(const Task&) const override {
    Phase phase{.iterations = kSteps, .evaluate = false};
    for (int64_t i = 0; i < batches_; ++i)
      phase.streams.push_back({.name = std::to_string(i), .pool = Pool::unlabeled, .batch = 50});
    return {phase};
  }
  void build(Build&) override {}
  void step(Step& s) override {
    for (int64_t i = 0; i < batches_; ++i)
      benchmark::DoNotOptimize(s.unlabeled({.stream = names_[i]}));
  }
  Tensor predict(const Tensor& images) override { return images; }

 private:
  const int64_t batches_;
  const std::string names_[4] = {"0", "1", "2", "3"};
};

struct Silence final : TrainerEvents {
  void metrics(const MetricsRow&, const Position&, int64_t) override {}
  void checkpoint(const Checkpoint&) override {}
};

/// As many images, and of the size, as the digits'.
RunData digits_like() {
  constexpr int64_t kSamples = 3823;
  RunData run;
  run.unlabeled.data =
      at::arange(kSamples * 64, at::kLong).remainder(17).to(at::kByte).view({kSamples, 1, 8, 8});
  run.unlabeled.rows = at::arange(kSamples, at::kLong);
  run.unlabeled.scale = 1.0 / 16;
  run.task = {.classes = 10,
              .channels = 1,
              .height = 8,
              .width = 8,
              .labeled = 0,
              .unlabeled = kSamples,
              .data_rms = 1};
  return run;
}

/// Runs of 1,000 steps with range(0) batches each: milliseconds of a run are microseconds of a
/// step.
void steps(benchmark::State& state) {
  const auto data = digits_like();
  Settings settings;
  settings.log_every = kSteps;
  settings.checkpoint_every = 0;
  const std::atomic<bool> stop = false;
  for (auto _ : state) {
    Registry registry(data.task, "mlp-4", 1);
    Idle method(state.range(0));
    Silence events;
    const auto phases = method.phases(data.task);
    Trainer trainer(method, "idle", phases, data, registry, settings, events, stop);
    trainer.run();
  }
}
BENCHMARK(steps)->Arg(0)->Arg(1)->Arg(4)->Repetitions(5)->UseRealTime()->Unit(
    benchmark::kMillisecond);

}  // namespace
}  // namespace sslhost::host
