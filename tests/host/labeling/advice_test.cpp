// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/advice.hpp"

#include <gmock/gmock.h>

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

/// Two rings of `count` pictures each, which no edge connects.
NeighborGraph two_rings(size_t count) {
  NeighborGraph graph = {.by = "pixels", .of = std::vector<std::vector<Neighbor>>(2 * count)};
  for (size_t i = 0; i < 2 * count; ++i) {
    const auto first = i < count ? 0 : count;
    graph.of[i] = {{first + (i + 1 - first) % count, 0.5}, {first + (i + 2 - first) % count, 1.0}};
  }
  return graph;
}

Advice advice_for(const NeighborGraph& graph, const std::vector<int64_t>& answers) {
  LabelSpread spread(graph);
  for (size_t i = 0; i < answers.size(); ++i) spread.set(i, std::max<int64_t>(-1, answers[i]));
  return advice_of(spread, graph, answers);
}

/// 20 pictures; every second one has an answer, 0 in the first ring, 1 in the second.
std::vector<int64_t> every_second() {
  std::vector<int64_t> answers(20, -1);
  for (size_t i = 0; i < 20; i += 2) answers[i] = i < 10 ? 0 : 1;
  return answers;
}

TEST(Advice, OpenPicturesGoWithTheirNeighbors) {
  const auto advice = advice_for(two_rings(10), every_second());
  EXPECT_EQ(advice.of[1].label, 0);
  EXPECT_EQ(advice.of[11].label, 1);
  EXPECT_DOUBLE_EQ(advice.of[11].probability, 1);
  EXPECT_THAT(advice.expected, ElementsAre(10, 10));
}

TEST(Advice, AnswersAreJudgedByTheOthers) {
  auto answers = every_second();
  answers[4] = 1;  // among zeros
  const auto advice = advice_for(two_rings(10), answers);
  ASSERT_TRUE(advice.agreement);
  EXPECT_EQ(advice.agreement->judged, 10);
  EXPECT_EQ(advice.agreement->wrong, 1);
  EXPECT_GT(advice.agreement->low, 0);
  EXPECT_LT(advice.agreement->low, 0.1);
  EXPECT_GT(advice.agreement->high, 0.3);  // ten are few
  EXPECT_GT(advice.agreement->by_half, 0);
  EXPECT_EQ(advice.of[4].label, 0);
  EXPECT_GT(advice.of[4].probability, 0.5);
}

TEST(Advice, OneAnswerOfAClassIsNotJudged) {
  auto answers = every_second();
  answers[4] = 2;
  const auto advice = advice_for(two_rings(10), answers);
  EXPECT_FALSE(advice.agreement);     // nine are left
  EXPECT_EQ(advice.of[4].label, -1);  // all others are of other classes, whatever it shows
}

TEST(Advice, ProbabilitiesFollowHowOftenAnswersAreRight) {
  auto right = every_second(), doubtful = every_second();
  for (const size_t i : {0, 6, 12, 18}) doubtful[i] = 1 - doubtful[i];
  const auto graph = two_rings(10);
  // The same picture between two answers of its ring.
  auto sure = advice_for(graph, right).of[3], unsure = advice_for(graph, doubtful).of[3];
  EXPECT_EQ(sure.label, unsure.label);
  EXPECT_GT(sure.probability, unsure.probability);
}

TEST(Advice, NothingIsSaidWhereNoAnswerReaches) {
  std::vector<int64_t> answers(20, -1);
  answers[0] = 3;
  const auto advice = advice_for(two_rings(10), answers);
  EXPECT_EQ(advice.of[5].label, 3);
  EXPECT_EQ(advice.of[15].label, -1);
  EXPECT_EQ(advice.of[0].label, -1);  // no other answer
  EXPECT_FALSE(advice.agreement);
  EXPECT_THAT(advice_for(two_rings(10), std::vector<int64_t>(20, -1)).expected, IsEmpty());
}

TEST(Advice, UnsureAnswersSayNothing) {
  auto answers = every_second();
  const auto before = advice_for(two_rings(10), answers);
  answers[3] = -2;
  const auto after = advice_for(two_rings(10), answers);
  EXPECT_EQ(before.of[3].probability, after.of[3].probability);
}

TEST(Advice, CopiesWithTwoAnswersAreNamed) {
  auto graph = two_rings(10);
  graph.copies = {{0, 2}, {2, 10}, {1, 3}, {0, 1}};
  EXPECT_THAT(advice_for(graph, every_second()).contradictions, ElementsAre(Pair(2, 10)));
}

}  // namespace
}  // namespace sslhost::host
