// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/label_spread.hpp"

#include <array>
#include <cmath>

#include <gmock/gmock.h>

namespace sslhost::host {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Two pairs of pictures and one alone: 0 - 1, 2 - 3, 4.
NeighborGraph pairs() {
  return {.by = "pixels", .of = {{{1, 1.0}}, {{0, 1.0}}, {{3, 1.0}}, {{2, 1.0}}, {}}};
}

/// 0 - 1 - 2 - ... in a row, with different distances.
NeighborGraph row(size_t count) {
  NeighborGraph graph = {.by = "pixels", .of = std::vector<std::vector<Neighbor>>(count)};
  for (size_t i = 0; i + 1 < count; ++i)
    graph.of[i].push_back({i + 1, 0.2 + 0.1 * static_cast<double>(i % 4)});
  return graph;
}

// Of two that have one edge, S = [0 1; 1 0]: (1 − α)(I − αS)^−1 = [1 α; α 1] / (1 + α).
TEST(LabelSpread, APairIsSolvedByHand) {
  LabelSpread spread(pairs());
  spread.set(0, 1);
  EXPECT_THAT(spread.without_own(1), ElementsAre(0, DoubleNear(0.95 / 1.95, 1e-5)));
  EXPECT_THAT(spread.without_own(0), Each(0.0));
  EXPECT_THAT(spread.without_own(2), IsEmpty());
  EXPECT_THAT(spread.without_own(4), IsEmpty());
}

TEST(LabelSpread, ALabelTakenBackLeavesNothing) {
  LabelSpread spread(row(9));
  spread.set(2, 0);
  spread.set(7, 1);
  const auto before = spread.without_own(4);
  spread.set(5, 1);
  spread.set(5, 0);
  spread.set(5, -1);
  const auto after = spread.without_own(4);
  ASSERT_EQ(before.size(), after.size());
  for (size_t k = 0; k < before.size(); ++k) EXPECT_NEAR(before[k], after[k], 1e-9);
  EXPECT_EQ(spread.label(5), -1);
  EXPECT_THAT(spread.labeled(), ElementsAre(2, 7));
}

/// F of eq. 3 of the paper, iterated to its end over a matrix that is written out.
std::vector<Scores> iterated(const NeighborGraph& graph, const std::vector<int64_t>& labels,
                             size_t classes) {
  const auto n = graph.of.size();
  std::vector<double> farthest;
  for (const auto& near : graph.of)
    if (!near.empty()) farthest.push_back(near.back().square);
  std::ranges::sort(farthest);
  const double width = farthest[farthest.size() / 2];
  std::vector<std::vector<double>> w(n, std::vector<double>(n));
  for (size_t i = 0; i < n; ++i)
    for (const auto& [other, square] : graph.of[i]) {
      w[i][other] += std::exp(-square / width);
      w[other][i] += std::exp(-square / width);
    }
  std::vector<double> degree(n);
  for (size_t i = 0; i < n; ++i)
    for (const double weight : w[i]) degree[i] += weight;
  std::vector<Scores> f(n, Scores(classes));
  for (int step = 0; step < 2000; ++step) {
    auto next = std::vector<Scores>(n, Scores(classes));
    for (size_t i = 0; i < n; ++i)
      for (size_t k = 0; k < classes; ++k) {
        for (size_t j = 0; j < n; ++j)
          if (w[i][j] > 0)
            next[i][k] += 0.95 * w[i][j] / std::sqrt(degree[i] * degree[j]) * f[j][k];
        if (labels[i] == static_cast<int64_t>(k)) next[i][k] += 0.05;
      }
    f = std::move(next);
  }
  return f;
}

TEST(LabelSpread, IsWhatIterationEndsAt) {
  const auto graph = row(12);
  const std::vector<int64_t> labels = {-1, 0, -1, -1, 1, -1, -1, 2, -1, -1, 0, -1};
  LabelSpread spread(graph);
  for (size_t i = 0; i < labels.size(); ++i) spread.set(i, labels[i]);
  const auto all = iterated(graph, labels, 3);
  for (const size_t i : {0, 2, 3, 5, 6, 8, 9, 11})
    for (size_t k = 0; k < 3; ++k) EXPECT_NEAR(spread.without_own(i)[k], all[i][k], 1e-5) << i;
}

TEST(LabelSpread, WithoutOwnIsWhatTheOthersSayAlone) {
  const auto graph = row(12);
  const std::vector<int64_t> labels = {-1, 0, 1, -1, 1, -1, -1, 2, -1, -1, 0, -1};
  LabelSpread spread(graph);
  spread.set(3, 2);  // and taken back: places in labeled() change
  for (size_t i = 0; i < labels.size(); ++i) spread.set(i, labels[i]);
  for (const size_t one : spread.labeled()) {
    LabelSpread others(graph);
    for (size_t i = 0; i < labels.size(); ++i)
      if (i != one) others.set(i, labels[i]);
    const auto expected = others.without_own(one);
    const auto found = spread.without_own(one);
    for (size_t k = 0; k < 3; ++k)
      EXPECT_NEAR(k < found.size() ? found[k] : 0, k < expected.size() ? expected[k] : 0, 1e-6)
          << one << " " << k;
  }
}

TEST(LabelSpread, SomeAloneSayTheirPart) {
  LabelSpread spread(row(12));
  for (const size_t i : {1, 4, 7, 10}) spread.set(i, static_cast<int64_t>(i % 2));
  std::array<size_t, 2> first = {0, 1}, second = {2, 3};
  LabelSpread two(row(12));
  two.set(1, 1);
  two.set(4, 0);
  const auto said = spread.said_by(first, 2);
  for (size_t k = 0; k < 2; ++k) EXPECT_NEAR(said[k], two.without_own(7)[k], 1e-6);
  EXPECT_GT(spread.said_by(second, 1)[1], 0);
}

}  // namespace
}  // namespace sslhost::host
