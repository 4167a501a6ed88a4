// SPDX-License-Identifier: Apache-2.0
// Averaged weights, and what else must come back when a run is resumed.
#include <gmock/gmock.h>

#include "host/model/evaluation_mode.hpp"
#include "tests/host/trainer/toy_run.hpp"

namespace sslhost::host {
namespace {

double tenth(double n) { return (1 + n) / (10 + n); }    // TensorFlow's
double plain_mean(double n) { return 1 - 1 / (n + 1); }  // of n + 1 weights

/// The averages by hand: weights after each iteration, with that largest decay of the n-th.
std::vector<Tensor> averaged(const std::vector<std::vector<Tensor>>& weights, double decay,
                             double (*warm_up)(double) = tenth) {
  auto mean = weights.front();  // before the first iteration
  for (size_t n = 1; n < weights.size(); ++n) {
    const double now = std::min(decay, warm_up(static_cast<double>(n)));
    for (size_t i = 0; i < mean.size(); ++i)
      mean[i] =
          mean[i].is_floating_point() ? now * mean[i] + (1 - now) * weights[n][i] : weights[n][i];
  }
  return mean;
}

/// Weights before each iteration and after the last, as training sees them.
std::vector<std::vector<Tensor>> run_and_watch(ToyRun& run) {
  std::vector<std::vector<Tensor>> weights;
  run.method.at_step = [&](Step&) { weights.push_back(run.weights()); };
  run.settings.eval_every = 3;
  run.trainer().run();
  weights.push_back(run.weights());
  return weights;
}

std::vector<Tensor> in_evaluation(ToyRun& run) {
  const EvaluationMode mode(run.registry);
  return run.weights();
}

TEST(AveragedWeights, AreEvaluatedAndSavedAndTrainingDoesNotSeeThem) {
  ToyRun plain, run;
  run.settings.average = 0.3;
  const auto expected = run_and_watch(plain), weights = run_and_watch(run);
  for (size_t i = 0; i < weights.size(); ++i) expect_same_bits(weights[i], expected[i]);

  const auto mean = averaged(weights, 0.3), evaluated = in_evaluation(run);
  for (size_t i = 0; i < mean.size(); ++i)
    EXPECT_TRUE(at::allclose(evaluated[i], mean[i], 1e-5, 1e-6)) << "tensor " << i;
  EXPECT_FALSE(at::equal(evaluated[0], weights.back()[0]));
  std::vector<Tensor> saved;
  for (const auto& [name, tensor] : run.registry.model_tensors()) saved.push_back(tensor);
  expect_same_bits(saved, evaluated);
  EXPECT_NE(run.seen("test_loss"), plain.seen("test_loss"));

  run.registry.settle_average();
  expect_same_bits(run.weights(), evaluated);
  expect_same_bits(in_evaluation(run), evaluated);
}

// With the other rule 0.9999 is itself after 90,000 updates only; a source without any rule
// averages over 10,000 from the start.
TEST(AveragedWeights, BeginAsThePlainMeanWhereThatIsAskedFor) {
  ToyRun run;
  run.settings.average = 0.9999;
  run.settings.average_warm_up = Settings::AverageWarmUp::mean;
  const auto weights = run_and_watch(run);
  const auto mean = averaged(weights, 0.9999, plain_mean), evaluated = in_evaluation(run);
  for (size_t i = 0; i < mean.size(); ++i)
    EXPECT_TRUE(at::allclose(evaluated[i], mean[i], 1e-5, 1e-6)) << "tensor " << i;
  EXPECT_FALSE(at::allclose(evaluated[0], averaged(weights, 0.9999)[0], 1e-3, 1e-4));
}

TEST(AveragedWeights, OfTheBestLookAreThoseThatWereLookedAt) {
  ToyRun run;
  run.settings.average = 0.3;
  run.settings.select = Settings::Select::best;
  run.settings.eval_every = 1;
  run.trainer().run();
  const auto errors = run.seen("validation_loss");
  const auto best = run.trainer().position().weights_of;
  EXPECT_FLOAT_EQ(run.trainer().evaluate(run.data.validation).loss,
                  errors[static_cast<size_t>(best - 1)].second);
}

TEST(AveragedWeights, StandStillAfterABadLoss) {
  ToyRun run;
  run.registry.keep_average(0.5);
  run.registry.begin_phase();
  const auto before = in_evaluation(run);
  for (auto& p : run.method.net->parameters()) p.detach().add_(1);
  run.registry.end_iteration(at::ones({}));
  expect_same_bits(in_evaluation(run), before);
  run.registry.end_iteration(at::zeros({}));
  EXPECT_FALSE(at::equal(in_evaluation(run)[0], before[0]));
}

/// Everything that has a state of its own, in two phases; the first freezes a layer in begin().
struct EventfulRun : ToyRun {
  EventfulRun() : ToyRun({.kind = ScheduleOptions::Kind::plateau, .factor = 0.5, .patience = 0}) {
    settings.average = 0.6;
    settings.log_every = 1;
    settings.eval_every = 2;
    method.plan = {Toy::phase("first", 7), Toy::phase("second", 5)};
    method.plan[0].monitor = {.value = "cross_entropy", .every = 3, .keep_best = true};
    method.plan[1].monitor = {.value = "validation_loss", .every = 1, .keep_best = true};
    method.at_begin = [this](Begin& begin) {
      const bool first = begin.phase() == "first";
      auto* const layer = method.net->named_modules()[1].module;
      if (first) layer->eval();
      for (auto& p : layer->parameters()) p.set_requires_grad(!first);
    };
    method.at_step = [this](Step& s) {
      auto* const layer = method.net->named_modules()[1].module;
      frozen.push_back(std::string(s.phase()) + (layer->is_training() ? " trains" : " rests") +
                       (layer->parameters()[0].requires_grad() ? "" : ", fixed"));
    };
  }
  std::vector<std::string> frozen;
};

TEST(EventfulRuns, FreezeWhatBeginFroze) {
  EventfulRun run;
  auto* const layer = run.method.net->named_modules()[1].module;
  const auto before = layer->parameters()[0].detach().clone();
  run.method.plan.pop_back();
  run.trainer().run();
  EXPECT_TRUE(at::equal(layer->parameters()[0], before));
  EXPECT_EQ(run.frozen[3], "first rests, fixed");
}

TEST(EventfulRuns, GoOnAfterAStopAsIfThereHadBeenNone) {
  EventfulRun whole;
  whole.trainer().run();
  ASSERT_EQ(whole.frozen.size(), 12U);
  EXPECT_EQ(whole.frozen[11], "second trains");
  const auto evaluated = in_evaluation(whole);
  for (int64_t stop = 1; stop < 12; ++stop) {
    EventfulRun first, second;
    go_on_after_a_stop(stop, first, second);
    expect_same_bits(second.weights(), whole.weights());
    expect_same_bits(in_evaluation(second), evaluated);
    auto frozen = first.frozen;
    frozen.insert(frozen.end(), second.frozen.begin(), second.frozen.end());
    EXPECT_EQ(frozen, whole.frozen) << "stopped at " << stop;
    EXPECT_EQ(second.trainer().position().weights_of, whole.trainer().position().weights_of);
    auto rates = first.seen("learning_rate_adam");
    const auto more = second.seen("learning_rate_adam");
    rates.insert(rates.end(), more.begin(), more.end());
    EXPECT_EQ(rates, whole.seen("learning_rate_adam")) << "stopped at " << stop;
  }
}

}  // namespace
}  // namespace sslhost::host
