// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/evaluate.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

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
  Evaluation evaluate(KeepPredictions keep = KeepPredictions::yes) {
    return host::evaluate(part, 3, Predictor(registry, &method, "prepared"), keep);
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

TEST(Evaluate, LogitsOfAnotherShapeAreThePluginsFault) {
  Example example(at::ones({4, 2}));
  expect_failure(
      ExitCode::plugin,
      ::testing::AllOf(::testing::HasSubstr("[256, 3]"), ::testing::HasSubstr("[256, 2]")),
      [&] { example.evaluate(); });
}

}  // namespace
}  // namespace sslhost::host
