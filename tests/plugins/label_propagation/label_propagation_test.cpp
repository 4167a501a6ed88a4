// SPDX-License-Identifier: Apache-2.0
// The method over pools that a test holds: who counts once, what unlabeled samples change, what is
// predicted where no label comes.
#include "plugins/label-propagation/label_propagation.cpp"  // NOLINT: an anonymous namespace

#include <cmath>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "tests/plugins/label_propagation/scikit_learn.hpp"
#include "tests/plugins/support/scripted.hpp"
#include "tests/plugins/support/scripted_begin.hpp"

namespace {

using sslhost::testing::ScriptedBegin;
using sslhost::testing::ScriptedBuild;

/// A method that has seen its pools: rows of D numbers.
struct Solved {
  Solved(const Options& options, int64_t classes, const Tensor& labeled, const Tensor& labels,
         const Tensor& unlabeled)
      : method(options) {
    const Task task = {.classes = classes,
                       .channels = labeled.size(1),
                       .height = 1,
                       .width = 1,
                       .labeled = labeled.size(0),
                       .unlabeled = unlabeled.size(0)};
    ScriptedBuild build(task, nullptr);
    method.build(build);
    ScriptedBegin begin(images(labeled), labels, images(unlabeled));
    method.begin(begin);
  }
  Tensor predict(const Tensor& rows) { return method.predict(images(rows)); }
  static Tensor images(const Tensor& rows) { return rows.unsqueeze(2).unsqueeze(3); }
  LabelPropagation method;
};

Tensor points(int64_t n, int64_t d, double phase = 0) {
  const auto i = at::arange(n, at::kDouble).unsqueeze(1), j = at::arange(d, at::kDouble);
  return ((1.3 * i * i + 2.1 * j + phase).sin() + 0.5 * (7 * i + j).cos()).to(at::kFloat);
}
Tensor line(std::initializer_list<float> places) {
  return at::tensor(at::ArrayRef<float>(places.begin(), places.size())).unsqueeze(1);
}
Tensor labels(std::initializer_list<int64_t> all) {
  return at::tensor(at::ArrayRef<int64_t>(all.begin(), all.size()), at::kLong);
}
const auto kSixLabels = labels({0, 1, 2, 0, 1, 2});

TEST(LabelPropagation, IsScikitLearnsLabelSpreadingWhereItIsAskedToBe) {
  const auto all = points(60, 3), queries = points(8, 3, 0.5);
  Solved solved({.neighbors = 6,
                 .spread = 0.9,
                 .weights = Weights::binary,
                 .edges = Edges::directed,
                 .tolerance = 1e-9},
                3, all.narrow(0, 0, 6), kSixLabels, all.narrow(0, 6, 54));
  const auto p = solved.predict(queries).softmax(1);
  for (int64_t i = 0; i < 8; ++i)
    for (int64_t k = 0; k < 3; ++k)
      EXPECT_NEAR(p[i][k].item<double>(), scikit_learn::kProbabilities[i][k], 1e-6)
          << i << " " << k;
}

TEST(LabelPropagation, APredictionIsTheWeightedVoteOfTheNearest) {
  const auto all = points(30, 3), query = points(1, 3, 0.5);
  const Options options = {.neighbors = 5};
  Solved solved(options, 3, all.narrow(0, 0, 6), kSixLabels, all.narrow(0, 6, 24));
  const auto kind = distinct_rows(all).first;
  const auto nodes = all.index_select(0, kind);
  const auto neighbors = nearest_others(nodes, 4);
  const double width = square_width(neighbors);
  auto one_hot = at::zeros({30, 3}, at::kDouble);
  for (int64_t i = 0; i < 6; ++i) one_hot[i][i % 3] = 1;
  const auto f = spread_labels(
      normalized_graph(neighbors.places, edge_weights(neighbors.squares, options.weights, width),
                       options.edges),
      one_hot.index_select(0, kind), options.spread, options.tolerance);
  const auto near = nearest(query, nodes, 5);
  std::vector<double> sums(3);
  double sum = 0;
  for (int64_t e = 0; e < 5; ++e) {
    const double w = std::exp(-near.squares[0][e].item<double>() / width);  // eq. 6
    const auto row = f[near.places[0][e].item<int64_t>()];
    for (int64_t k = 0; k < 3; ++k)
      sums[static_cast<size_t>(k)] += w * (row[k] / row.sum()).item<double>();
    sum += w;
  }
  for (int64_t k = 0; k < 3; ++k)
    EXPECT_NEAR(solved.predict(query)[0][k].exp().item<double>(),
                sums[static_cast<size_t>(k)] / sum, 1e-6);
}

TEST(LabelPropagation, UnlabeledSamplesCarryALabelAlong) {
  const auto labeled = line({0, 10});
  // Unlabeled samples lead from 0 nearly up to 10.
  auto chain = at::arange(33, at::kFloat).unsqueeze(1) * 0.25;
  const Options options = {.neighbors = 3};
  Solved alone(options, 2, labeled, labels({0, 1}), line({20, 21}));
  Solved with_chain(options, 2, labeled, labels({0, 1}), chain);
  EXPECT_EQ(alone.predict(line({8})).argmax(1).item<int64_t>(), 1);
  EXPECT_EQ(with_chain.predict(line({8})).argmax(1).item<int64_t>(), 0);
}

TEST(LabelPropagation, ALabeledSampleInBothPoolsCountsOnce) {
  const auto all = points(40, 3), queries = points(20, 3, 0.5);
  Solved apart({}, 3, all.narrow(0, 0, 6), kSixLabels, all.narrow(0, 6, 34));
  Solved overlapping({}, 3, all.narrow(0, 0, 6), kSixLabels, all);
  Solved twice({}, 3, at::cat({all.narrow(0, 0, 6), all.narrow(0, 0, 6)}),
               at::cat({kSixLabels, kSixLabels}), at::cat({all, all}));
  EXPECT_TRUE(at::equal(apart.predict(queries), overlapping.predict(queries)));
  EXPECT_TRUE(at::equal(apart.predict(queries), twice.predict(queries)));
}

TEST(LabelPropagation, TheOrderOfThePoolsChangesNothing) {
  const auto all = (points(60, 2) * 3).round();  // equal distances abound
  const auto queries = (points(20, 2, 0.5) * 3).round();
  const auto order = at::arange(54, at::kLong).mul(35).remainder(54);
  Solved one({}, 3, all.narrow(0, 0, 6), kSixLabels, all.narrow(0, 6, 54));
  Solved other({}, 3, all.narrow(0, 0, 6).flip(0), kSixLabels.flip(0),
               all.narrow(0, 6, 54).index_select(0, order));
  EXPECT_TRUE(at::equal(one.predict(queries), other.predict(queries)));
}

TEST(LabelPropagation, EqualSamplesWithDifferentLabelsShareThem) {
  Solved solved({.neighbors = 2}, 2, line({0, 0, 0}), labels({0, 1, 1}), line({0, 50}));
  const auto p = solved.predict(line({0.1F})).softmax(1);
  EXPECT_NEAR(p[0][1].item<double>(), 2.0 / 3, 1e-6);
}

TEST(LabelPropagation, WhereNoLabelComesAllClassesAreAlike) {
  // Three samples far away have one another for neighbors.
  Solved solved({.neighbors = 3}, 2, line({0, 1}), labels({0, 1}),
                line({0.2F, 0.9F, 0.5F, 100, 101, 102}));
  const auto logits = solved.predict(line({0.1F, 101}));
  EXPECT_TRUE(at::isfinite(logits).all().item<bool>());
  EXPECT_NEAR(logits[1][0].exp().item<double>(), 0.5, 1e-6);
  EXPECT_GT(logits[0][0].item<double>(), logits[0][1].item<double>());
}

TEST(LabelPropagation, FewerSamplesThanNeighborsAreAllOfThem) {
  for (const auto edges : {Edges::symmetric, Edges::mutual, Edges::directed}) {
    Solved solved({.neighbors = 50, .edges = edges}, 2, line({0, 4}), labels({0, 1}), line({1, 3}));
    const auto classes = solved.predict(line({0.5F, 3.5F})).argmax(1);
    EXPECT_TRUE(at::equal(classes, labels({0, 1})));
  }
  Solved one({}, 2, line({3}), labels({1}), line({3}));
  EXPECT_EQ(one.predict(line({5})).argmax(1).item<int64_t>(), 1);
}

TEST(LabelPropagation, AClassWithoutALabelIsNeverPredicted) {
  for (const bool class_mass : {false, true}) {
    const auto all = points(40, 3);
    Solved solved({.neighbors = 10, .class_mass = class_mass}, 4, all.narrow(0, 0, 6), kSixLabels,
                  all);
    const auto logits = solved.predict(points(20, 3, 0.5));
    EXPECT_TRUE(at::isfinite(logits).all().item<bool>());
    EXPECT_LT(logits.select(1, 3).max().item<double>(), -80);
  }
}

// Of a few samples of each class the tenth nearest is of another one.
TEST(LabelPropagation, SmallPoolsHaveFewerNeighbors) {
  const auto predicted = [](int64_t pool, int64_t neighbors) {
    const auto all = points(pool, 3);
    Solved solved({.neighbors = neighbors}, 3, all.narrow(0, 0, 6), kSixLabels, all);
    return solved.predict(points(20, 3, 0.5));
  };
  EXPECT_TRUE(at::equal(predicted(60, 0), predicted(60, 5)));
  EXPECT_TRUE(at::equal(predicted(140, 0), predicted(140, 7)));
  EXPECT_TRUE(at::equal(predicted(300, 0), predicted(300, 10)));
  EXPECT_FALSE(at::equal(predicted(60, 0), predicted(60, 10)));
}

TEST(LabelPropagation, ASampleFarFromAllHasTheVoteOfItsNearest) {
  const auto all = points(40, 3);
  Solved solved({.neighbors = 10}, 3, all.narrow(0, 0, 6), kSixLabels, all);
  const auto p = solved.predict(points(3, 3) + 1e4F).softmax(1);
  EXPECT_TRUE(at::allclose(p.sum(1), at::ones({3})));
  EXPECT_GT((p - 1.0 / 3).abs().max().item<double>(), 1e-3) << "labels reached its neighbors";
}

TEST(LabelPropagation, CosineLooksAtDirectionsAlone) {
  const auto all = points(40, 3), queries = points(20, 3, 0.5);
  const Options options = {.metric = Metric::cosine};
  Solved one(options, 3, all.narrow(0, 0, 6), kSixLabels, all);
  const auto powers = at::pow(2, at::arange(40, at::kFloat).remainder(5)).unsqueeze(1);
  Solved other(options, 3, all.narrow(0, 0, 6), kSixLabels, all * powers);
  EXPECT_TRUE(at::equal(one.predict(queries), other.predict(queries * 4)));
  EXPECT_TRUE(at::isfinite(one.predict(at::zeros({1, 3}))).all().item<bool>());
}

TEST(LabelPropagation, HasNoStreamsAndNoIterations) {
  const auto phases = LabelPropagation({}).phases({});
  ASSERT_EQ(phases.size(), 1U);
  EXPECT_EQ(phases[0].iterations, 0);
  EXPECT_TRUE(phases[0].streams.empty());
}

TEST(LabelPropagation, ALargeModelIsSaidBefore) {
  Task task = sslhost::testing::small_task(1000);
  task.height = task.width = 224;
  const auto warnings = [&] {
    ScriptedBuild build(task, nullptr);
    LabelPropagation({}).build(build);
    return build.warnings;
  };
  EXPECT_THAT(warnings(),
              ::testing::ElementsAre(::testing::AllOf(::testing::HasSubstr("201 MB"),
                                                      ::testing::HasSubstr("--unlabeled"))));
  task.unlabeled = 900;
  EXPECT_THAT(warnings(), ::testing::IsEmpty());
}

}  // namespace
