// SPDX-License-Identifier: Apache-2.0
#include "host/report/unlabeled_predictions.hpp"

#include <algorithm>
#include <numeric>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "host/report/shown_samples.hpp"
#include "tests/support/toy_data.hpp"

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

/// The first pixel decides: class 1 above a half, surer the farther it is.
class ByFirstPixel final : public Method {
 public:
  std::vector<Phase> phases(const Task&) const override { return {}; }
  void build(Build&) override {}
  void step(Step&) override {}
  Tensor predict(const Tensor& images) override {
    const auto x = images.flatten(1).select(1, 0).mul(8).sub(4);
    return at::stack({-x, x, at::full_like(x, -1e9)}, 1);
  }
};

/// 6 labeled samples, which are in the unlabeled pool too, and 10 that are unlabeled alone. The
/// dataset has no labels at all: whoever reads one fails.
struct Example {
  Example() : data(testing::toy_data()), registry(data.task, "mlp-4", 1) {
    dataset.classes = {"a", "b,c", "d"};
    dataset.train.data = at::zeros({14, 1, 2, 3}, at::kByte);
    dataset.unlabeled.data = at::zeros({2, 1, 2, 3}, at::kByte);
    split.labeled = {5, 4, 3, 2, 1, 0};
    split.train_size = 14;
    split.unlabeled.resize(16);
    std::iota(split.unlabeled.rbegin(), split.unlabeled.rend(), 0);
    data.unlabeled.rows = at::tensor(split.unlabeled, at::kLong);
  }
  PictureInputs inputs(uint64_t seed = 1) const {
    return {
        .dataset = dataset, .split = split, .data = data, .preparation = preparation, .seed = seed};
  }
  UnlabeledPredictions predict(double temperature = 1, int64_t most = 100, uint64_t seed = 1) {
    return predict_unlabeled(inputs(seed), Predictor(registry, &method, "by-first-pixel"),
                             temperature, most);
  }
  static std::vector<int64_t> ids(const UnlabeledPredictions& predictions) {
    std::vector<int64_t> all;
    for (const auto& sample : predictions.samples) all.push_back(sample.id);
    return all;
  }
  ByFirstPixel method;
  RunData data;
  Registry registry;
  Dataset dataset;
  Split split;
  Preparation preparation;
};

TEST(UnlabeledPredictions, AreOfThoseWithoutALabelById) {
  Example example;
  const auto found = example.predict();
  EXPECT_EQ(found.pool, 10);
  EXPECT_THAT(Example::ids(found), ElementsAre(6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
  for (const auto& sample : found.samples) {
    const auto pixel = static_cast<double>(sample.id * 6 * 37 % 251) / 255;
    const double odds = std::exp(2 * std::abs(8 * pixel - 4));
    EXPECT_EQ(sample.predicted, pixel > 0.5);
    EXPECT_NEAR(sample.probability, odds / (1 + odds), 1e-5);
    EXPECT_EQ(sample.label, -1);
  }
}

TEST(UnlabeledPredictions, AreAtTheTemperature) {
  Example example;
  const auto one = example.predict(1).samples, two = example.predict(2).samples;
  for (size_t i = 0; i < one.size(); ++i) {
    const double odds = one[i].probability / (1 - one[i].probability);
    EXPECT_NEAR(two[i].probability, std::sqrt(odds) / (1 + std::sqrt(odds)), 1e-9);
  }
}

TEST(UnlabeledPredictions, OfMoreThanThereIsTimeForAreDrawnByTheSeed) {
  Example example;
  const auto some = example.predict(1, 4);
  EXPECT_EQ(some.pool, 10);
  EXPECT_THAT(some.samples, SizeIs(4));
  EXPECT_TRUE(std::ranges::is_sorted(Example::ids(some)));
  EXPECT_EQ(Example::ids(some), Example::ids(example.predict(1, 4)));
  EXPECT_NE(Example::ids(some), Example::ids(example.predict(1, 4, 2))) << "another seed";
}

TEST(UnlabeledPredictions, OfAnEmptyPoolAreNone) {
  Example example;
  example.split.unlabeled = example.split.labeled;
  EXPECT_EQ(example.predict().pool, 0);
  EXPECT_THAT(example.predict().samples, SizeIs(0));
}

TEST(UnlabeledPredictions, AsCsvHaveNamesWhereThereAreAny) {
  Example example;
  const UnlabeledPredictions two = {10, {{6, 0, -1, 0.75}, {15, 1, -1, 1}}};
  EXPECT_EQ(unlabeled_predictions_csv(example.inputs(), two),
            "index,predicted,probability\n6,a,0.7500\n15,\"b,c\",1.0000\n");
  example.dataset.train.names.assign(14, "train \"x\"");
  example.dataset.unlabeled.names = {"first", "second"};
  EXPECT_EQ(unlabeled_predictions_csv(example.inputs(), two),
            "index,name,predicted,probability\n6,\"train \"\"x\"\"\",a,0.7500\n"
            "15,second,\"b,c\",1.0000\n");
}

TEST(UnlabeledPredictions, AreSummedUpByClass) {
  Example example;
  const UnlabeledPredictions four = {
      10, {{6, 0, -1, 0.75}, {7, 0, -1, 0.25}, {8, 1, -1, 1}, {9, 0, -1, 0.5}}};
  const auto summary = unlabeled_summary(example.inputs(), four);
  EXPECT_EQ(summary.pool, 10);
  EXPECT_EQ(summary.predicted, 4);
  EXPECT_THAT(summary.per_class, ElementsAre(3, 1, 0));
  EXPECT_THAT(summary.mean_probability, ElementsAre(0.5, 1, 0));
  ASSERT_THAT(summary.least_sure, SizeIs(4));
  EXPECT_EQ(summary.least_sure[0].name, "sample 7");
  EXPECT_EQ(summary.least_sure[0].probability, 0.25);
  ASSERT_THAT(summary.surest, SizeIs(4));
  EXPECT_EQ(summary.surest[0].name, "sample 6") << "the surest of the first class";
  EXPECT_EQ(summary.surest[3].name, "sample 8");
}

}  // namespace
}  // namespace sslhost::host
