// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/evaluate.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "host/evaluate/part_temperature.hpp"
#include "host/evaluate/temperature.hpp"
#include "host/model/evaluation_mode.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/toy_data.hpp"

namespace sslhost::host {
namespace {

/// Gives out prepared logits, piece by piece; zeros for what fills the last one up.
class Prepared final : public Method {
 public:
  explicit Prepared(Tensor given) : logits(std::move(given)) {}
  std::vector<Phase> phases(const Task&) const override { return {}; }
  void build(Build&) override {}
  void step(Step&) override {}
  Tensor predict(const Tensor& images) override {
    pieces.push_back(images.size(0));
    const auto first = next, some = std::min(images.size(0), logits.size(0) - first);
    next += some;
    return at::cat(
        {logits.narrow(0, first, some), at::zeros({images.size(0) - some, logits.size(1)})});
  }
  Tensor logits;
  int64_t next = 0;
  std::vector<int64_t> pieces;
};

struct Example {
  explicit Example(const Tensor& logits)
      : method(logits), data(testing::toy_data(6, logits.size(0))), registry(task(), "mlp-4", 1) {
    const auto n = logits.size(0);
    part = {data.unlabeled.data, at::arange(n, at::kLong), at::zeros({n}, at::kLong), 1};
  }
  Task task() const {
    auto three = data.task;
    three.classes = 3;
    return three;
  }
  Evaluation evaluate(KeepPredictions keep = KeepPredictions::yes, double temperature = 1) {
    method.next = 0;
    return host::evaluate(part, 3, Predictor(registry, &method, "prepared"), keep, temperature);
  }
  Prepared method;
  RunData data;
  Registry registry;
  LabeledPart part;
};

TEST(Evaluate, OnePassGivesErrorsLossConfusionAndPredictions) {
  Example example(at::tensor({5., 0., 0., 0., 1., 0., 0., 0., 9.}).view({3, 3}));
  const auto found = example.evaluate();
  EXPECT_EQ(found.samples, 3);
  EXPECT_EQ(found.errors, 2);
  EXPECT_THAT(found.confusion, ::testing::ElementsAre(1, 1, 1, 0, 0, 0, 0, 0, 0));
  const double loss =
      (std::log(std::exp(5) + 2) - 5 + std::log(std::exp(1) + 2) + std::log(std::exp(9) + 2)) / 3;
  EXPECT_NEAR(found.loss, loss, 1e-6);
  EXPECT_TRUE(at::equal(found.predictions.classes, at::tensor({0, 1, 2}, at::kLong)));
  EXPECT_NEAR(found.predictions.probabilities[2].item<double>(), std::exp(9) / (std::exp(9) + 2),
              1e-12);
  EXPECT_THAT(example.method.pieces, ::testing::ElementsAre(256)) << "one piece, filled up";
}

TEST(Evaluate, PartsOfMoreThanOnePieceAreSeenWhole) {
  auto logits = at::zeros({1500, 3});
  logits.select(1, 0).fill_(1);
  logits[1234][1] = 2;
  Example example(logits);
  const auto found = example.evaluate();
  EXPECT_EQ(found.errors, 1);
  EXPECT_EQ(found.predictions.classes[1234].item<int64_t>(), 1);
  EXPECT_THAT(example.method.pieces, ::testing::ElementsAre(256, 256, 256, 256, 256, 256));
}

TEST(Evaluate, PredictionsAreKeptOnlyWhereTheyAreWanted) {
  Example example(at::ones({4, 3}));
  EXPECT_EQ(example.evaluate(KeepPredictions::no).predictions.classes.numel(), 0);
}

TEST(Evaluate, OfTheTemperatureTheProbabilitiesAloneDepend) {
  Example example(at::tensor({5., 0., 0., 0., 1., 0., 0., 0., 9.}).view({3, 3}));
  const auto one = example.evaluate(), two = example.evaluate(KeepPredictions::yes, 2);
  EXPECT_EQ(two.loss, one.loss);
  EXPECT_EQ(two.confusion, one.confusion);
  EXPECT_NEAR(two.predictions.probabilities[0].item<double>(), std::exp(2.5) / (std::exp(2.5) + 2),
              1e-12);
  EXPECT_TRUE(at::equal(two.predictions.uncalibrated, one.predictions.probabilities));
  EXPECT_TRUE(at::equal(one.predictions.uncalibrated, one.predictions.probabilities));
}

TEST(Evaluate, ReliabilityIsOfTheChosenProbabilities) {
  Example example(at::tensor({5., 0., 0., 0., 1., 0., 0., 0., 9.}).view({3, 3}));
  const auto found = example.evaluate(KeepPredictions::yes, 2);
  const auto before = reliability_of(example.part, found.predictions, Temperature::one),
             after = reliability_of(example.part, found.predictions, Temperature::as_fitted);
  EXPECT_EQ(before.bins[14].samples, 2) << "0.987 and 0.9998";
  EXPECT_EQ(before.bins[14].accuracy, 0.5);
  EXPECT_EQ(after.bins[14].samples, 1);
  EXPECT_EQ(after.bins[12].samples, 1) << "0.859";
  EXPECT_EQ(after.bins[12].accuracy, 1);
}

TEST(Evaluate, TheTemperatureOfAPartIsThatOfItsLogits) {
  const std::vector<double> logits = {4, 0, -1, 3, 0, 1, 0, 2, -1};
  Example example(at::tensor(logits).view({3, 3}));
  const Predictor predictor(example.registry, &example.method, "prepared");
  EXPECT_NEAR(temperature_of(example.part, 3, predictor).value(),
              fit_temperature(logits, std::vector<int64_t>{0, 0, 0}, 3), 1e-9);
  EXPECT_FALSE(temperature_of({}, 3, predictor)) << "no part";
}

TEST(Evaluate, LogitsOfAnotherShapeAreThePluginsFault) {
  Example example(at::ones({4, 2}));
  expect_failure(
      ExitCode::plugin,
      ::testing::AllOf(::testing::HasSubstr("[256, 3]"), ::testing::HasSubstr("[256, 2]")),
      [&] { example.evaluate(); });
}

/// A network with a plan of its own for inference, away from its first weights and statistics.
struct Folded {
  Folded() : registry({.classes = 3, .channels = 3, .height = 32, .width = 32}, "resnet-18", 1) {
    at::manual_seed(3);
    network = registry.backbone("net", {});
    registry.predict_with(network);
    const at::NoGradGuard no_gradient;
    for (auto& [name, tensor] : network->named_buffers())
      if (name.ends_with("running_var")) tensor.uniform_(0.5, 2);
    images = at::rand({70, 3, 32, 32});
  }
  Registry registry;
  Network network;
  Tensor images;
};

TEST(Predictors, OfANetworkWithAPlanForInferenceGiveItsLogits) {
  Folded folded;
  const EvaluationMode mode(folded.registry);
  const Predictor predictor(folded.registry, nullptr, "none");
  const auto layers = folded.network(folded.images.narrow(0, 0, 64));
  const auto found = predictor(folded.images.narrow(0, 0, 64));
  EXPECT_LT((found - layers).abs().max().item<double>(), 1e-5 * layers.abs().max().item<double>());
  EXPECT_FALSE(at::equal(found, layers)) << "the plan is not taken";
}

TEST(Predictors, GiveASampleTheSameBitsWhateverIsBesideIt) {
  Folded folded;
  const EvaluationMode mode(folded.registry);
  const Predictor predictor(folded.registry, nullptr, "none");
  const auto together = predictor(folded.images.narrow(0, 0, predictor.piece()));
  for (const int64_t count : {1, 2, 7, 33})
    EXPECT_TRUE(
        at::equal(predictor(folded.images.narrow(0, 3, count)), together.narrow(0, 3, count)))
        << count << " samples";
}

TEST(Predictors, AreOfTheWeightsWhenTheyWereMade) {
  Folded folded;
  const EvaluationMode mode(folded.registry);
  const auto image = folded.images.narrow(0, 0, 1);
  const auto before = Predictor(folded.registry, nullptr, "none")(image);
  folded.network->parameters().front().mul_(-1);
  EXPECT_FALSE(at::equal(Predictor(folded.registry, nullptr, "none")(image), before));
}

}  // namespace
}  // namespace sslhost::host
