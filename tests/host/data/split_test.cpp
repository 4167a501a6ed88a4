// SPDX-License-Identifier: Apache-2.0
#include "host/data/split.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using Draw = SplitRequest::Draw;
using Ids = std::vector<int64_t>;
using testing::ElementsAre;
using testing::HasSubstr;

/// Sorted by class, as the worst data sets are.
Ids sorted_labels(int64_t classes, int64_t each) {
  Ids labels;
  for (int64_t k = 0; k < classes; ++k) labels.insert(labels.end(), each, k);
  return labels;
}

Split draw(const Ids& labels, int64_t classes, int64_t test_size, const SplitRequest& request) {
  std::vector<std::string> warnings;
  return draw_split({.labels = labels, .classes = classes, .test_size = test_size}, request,
                    warnings);
}

Ids class_counts(const Ids& ids, const Ids& labels, int64_t classes) {
  Ids counts(classes, 0);
  for (const int64_t id : ids) ++counts[labels[id]];
  return counts;
}

Ids first(const Ids& ids, int64_t count) { return {ids.begin(), ids.begin() + count}; }

/// How many of `a` are also in `b`.
int64_t shared(const Ids& a, const Ids& b) {
  const std::set<int64_t> in(b.begin(), b.end());
  return std::ranges::count_if(a, [&](int64_t id) { return in.contains(id); });
}

bool all_different(const Ids& ids) {
  return std::set<int64_t>(ids.begin(), ids.end()).size() == ids.size();
}

Error refusal(const Ids& labels, int64_t classes, int64_t test_size, const SplitRequest& request) {
  return failure_of([&] { draw(labels, classes, test_size, request); });
}

// From an independent implementation in Python; may never change.
TEST(Split, KeepsItsGoldenIdsAndHashes) {
  const Ids labels = sorted_labels(10, 100);
  const Split a =
      draw(labels, 10, 200,
           {.labels = 23, .seed = 3, .validation = 50, .holdout = 100, .overlap = false});
  EXPECT_THAT(first(a.labeled, 5), ElementsAre(807, 659, 875, 75, 202));
  EXPECT_THAT(first(a.unlabeled, 5), ElementsAre(244, 932, 593, 839, 229));
  EXPECT_THAT(first(a.validation, 5), ElementsAre(230, 498, 696, 850, 37));
  EXPECT_THAT(first(a.test, 5), ElementsAre(977, 472, 802, 427, 656));
  EXPECT_EQ(a.hash, "d6ad89b0f099ef458da62e56fdd4c9d295377f2604796ec55a4c2c88be43237d");

  const Split b =
      draw(labels, 10, 200, {.labels = 20, .draw = Draw::random, .seed = 3, .unlabeled = 300});
  EXPECT_THAT(first(b.labeled, 5), ElementsAre(514, 807, 659, 147, 875));
  EXPECT_EQ(b.hash, "2ede631490b9da3c0def5625a8e48f60d56d2686b284731cac1121752286294f");
}

TEST(Split, SameSeedGivesSameSplitAndAnotherSeedAnother) {
  const Ids labels = sorted_labels(10, 100);
  EXPECT_EQ(draw(labels, 10, 5, {.labels = 50, .seed = 1}).hash,
            draw(labels, 10, 5, {.labels = 50, .seed = 1}).hash);
  EXPECT_NE(draw(labels, 10, 5, {.labels = 50, .seed = 1}).labeled,
            draw(labels, 10, 5, {.labels = 50, .seed = 2}).labeled);
}

TEST(Split, RecipeR1LabelsAHundredAndLeavesAllSixtyThousandUnlabeled) {
  const Split split =
      draw(sorted_labels(10, 6000), 10, 10000, {.labels = 100, .draw = Draw::random});
  EXPECT_EQ(split.labeled.size(), 100u);
  EXPECT_EQ(split.unlabeled.size(), 60000u);
  EXPECT_EQ(shared(split.labeled, split.unlabeled), 100);
  EXPECT_EQ(split.test.size(), 10000u);
  EXPECT_FALSE(split.test_from_training);
  EXPECT_TRUE(split.validation.empty());
}

TEST(Split, RecipeR2TakesItsTestPartFromTheTrainingPart) {
  const Split split =
      draw(sorted_labels(10, 6000), 10, 10000,
           {.labels = 100, .draw = Draw::random, .holdout = 10000, .overlap = false});
  EXPECT_TRUE(split.test_from_training);
  EXPECT_EQ(split.labeled.size(), 100u);
  EXPECT_EQ(split.unlabeled.size(), 49900u);
  EXPECT_EQ(split.test.size(), 10000u);
  EXPECT_EQ(shared(split.test, split.unlabeled) + shared(split.test, split.labeled), 0);
  EXPECT_EQ(shared(split.labeled, split.unlabeled), 0);
}

TEST(Split, BalancedDrawGivesEveryClassItsShareAndSpreadsTheRemainder) {
  const Ids labels = sorted_labels(10, 100);
  EXPECT_THAT(class_counts(draw(labels, 10, 1, {.labels = 50}).labeled, labels, 10),
              testing::Each(5));

  std::set<Ids> spreads;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const Ids counts =
        class_counts(draw(labels, 10, 1, {.labels = 53, .seed = seed}).labeled, labels, 10);
    EXPECT_EQ(std::ranges::count(counts, 6), 3);
    EXPECT_EQ(std::ranges::count(counts, 5), 7);
    spreads.insert(counts);
  }
  EXPECT_GT(spreads.size(), 10u);  // not always the same classes
}

TEST(Split, ValidationIsInNoOtherRole) {
  for (const bool overlap : {false, true}) {
    const Split split =
        draw(sorted_labels(10, 100), 10, 1,
             {.labels = 100, .validation = 200, .holdout = 300, .overlap = overlap});
    EXPECT_EQ(split.validation.size(), 200u);
    EXPECT_TRUE(all_different(split.validation) && all_different(split.unlabeled));
    for (const Ids* other : {&split.labeled, &split.unlabeled, &split.test})
      EXPECT_EQ(shared(split.validation, *other), 0);
    EXPECT_EQ(split.unlabeled.size(), overlap ? 500u : 400u);
  }
}

TEST(Split, ClassesAreCalledByTheirNames) {
  Ids labels = sorted_labels(1, 10);
  labels.push_back(1);
  const std::vector<std::string> names = {"cat", "dog"};
  const SplitSource source = {.labels = labels, .classes = 2, .class_names = names, .test_size = 1};
  std::vector<std::string> warnings;
  const auto error = failure_of([&] { draw_split(source, {.labels = 4}, warnings); });
  EXPECT_EQ(error.parts().where, "split, labels of class dog");
  draw_split(source, {.labels = 1, .draw = Draw::random}, warnings);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_THAT(warnings[0], HasSubstr("no labeled sample of class dog: it cannot be learned"));
}

TEST(Split, UnlabeledPoolCanBeKeptSmall) {
  const Split split =
      draw(sorted_labels(10, 100), 10, 1, {.labels = 10, .unlabeled = 70, .overlap = false});
  EXPECT_EQ(split.unlabeled.size(), 70u);
  EXPECT_EQ(shared(split.labeled, split.unlabeled), 0);
  EXPECT_TRUE(
      draw(sorted_labels(10, 100), 10, 1, {.labels = 10, .unlabeled = 0}).unlabeled.empty());
}

TEST(Split, AllLabelsWithoutOverlapLeaveNothingUnlabeled) {
  Ids labels = sorted_labels(3, 10);
  labels.insert(labels.end(), 7, 0);  // classes of different size
  const SplitRequest request = {
      .labels = 25, .draw = Draw::random, .validation = 5, .holdout = 7, .overlap = false};
  const Split split = draw(labels, 3, 1, request);
  EXPECT_EQ(split.labeled.size(), 25u);
  EXPECT_TRUE(all_different(split.labeled));
  EXPECT_TRUE(split.unlabeled.empty());
  SplitRequest overlapping = request;
  overlapping.overlap = true;
  EXPECT_EQ(shared(draw(labels, 3, 1, overlapping).unlabeled, split.labeled), 25);
}

TEST(Split, ChangingOneRoleLeavesTheOthersAsTheyAreWherePossible) {
  const Ids labels = sorted_labels(10, 100);
  const SplitRequest plain = {.labels = 100, .seed = 4};
  SplitRequest validated = plain;
  validated.validation = 50;
  const Split a = draw(labels, 10, 1, plain), b = draw(labels, 10, 1, validated);
  const int64_t lost = shared(a.labeled, b.validation);
  EXPECT_GE(shared(a.labeled, b.labeled), 100 - lost);
  Ids kept;  // the unlabelled pool loses what became validation, and keeps its order
  std::ranges::copy_if(a.unlabeled, std::back_inserter(kept),
                       [&](int64_t id) { return shared({id}, b.validation) == 0; });
  EXPECT_EQ(b.unlabeled, kept);
}

TEST(Split, PositionsInTheUnlabeledPoolTellNothingAboutLabels) {
  const Ids labels = sorted_labels(10, 1000);
  const Split split = draw(labels, 10, 1, {.labels = 10});
  double chi2 = 0;  // of the first thousand: 100 of each class expected
  for (const int64_t count : class_counts(first(split.unlabeled, 1000), labels, 10))
    chi2 += static_cast<double>((count - 100) * (count - 100)) / 100;
  EXPECT_LT(chi2, 27.9);  // 0.1 %, 9 degrees of freedom
}

TEST(Split, RandomDrawDependsOnNoLabel) {
  const Ids labels = sorted_labels(10, 100);
  const SplitRequest request = {
      .labels = 30, .draw = Draw::random, .validation = 20, .holdout = 50, .overlap = false};
  const Split split = draw(labels, 10, 1, request);
  Ids poisoned(labels.size());
  for (size_t i = 0; i < labels.size(); ++i) poisoned[i] = 9 - labels[i];
  EXPECT_EQ(draw(poisoned, 10, 1, request).hash, split.hash);
  EXPECT_EQ(draw(Ids(labels.size(), 0), 10, 1, request).hash, split.hash);
}

TEST(Split, BalancedDrawDependsOnNoLabelOfTestAndValidation) {
  const Ids labels = sorted_labels(10, 100);
  const SplitRequest request = {.labels = 30, .validation = 20, .holdout = 50};
  const Split split = draw(labels, 10, 1, request);
  Ids poisoned = labels;
  for (const Ids* role : {&split.test, &split.validation})
    for (const int64_t id : *role) poisoned[id] = 9 - poisoned[id];
  EXPECT_EQ(draw(poisoned, 10, 1, request).hash, split.hash);
}

TEST(Split, HashTellsRequestsAndIdsApart) {
  const Split split = draw(sorted_labels(10, 100), 10, 5, {.labels = 20});
  Split other = split;
  other.request.overlap = false;
  EXPECT_NE(split_hash(other), split.hash);
  other = split;
  std::swap(other.unlabeled.front(), other.unlabeled.back());
  EXPECT_NE(split_hash(other), split.hash);
  other = split;  // an id moves from one role to the next
  other.validation.push_back(other.unlabeled.back());
  other.unlabeled.pop_back();
  EXPECT_NE(split_hash(other), split.hash);
}

TEST(Split, ARandomDrawWarnsOfClassesWithoutLabelsABalancedOneRefusesThem) {
  const Ids labels = sorted_labels(4, 10);
  std::vector<std::string> warnings;
  const SplitSource source = {.labels = labels, .classes = 4, .test_size = 1};
  draw_split(source, {.labels = 4}, warnings);
  EXPECT_TRUE(warnings.empty());
  draw_split(source, {.labels = 1, .draw = Draw::random}, warnings);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_THAT(warnings[0], HasSubstr("no labeled sample of class"));
  const Error error = refusal(labels, 4, 1, {.labels = 3});
  EXPECT_EQ(error.code(), ExitCode::data);
  EXPECT_EQ(error.parts().where, "split, labels");
  EXPECT_EQ(error.parts().found, "3");
}

TEST(Split, TooFewSamplesOfAClassAreNamed) {
  Ids labels = sorted_labels(3, 10);
  labels.insert(labels.end(), {3, 3, 3, 3});
  const Error error = refusal(labels, 4, 1, {.labels = 20});
  EXPECT_EQ(error.code(), ExitCode::data);
  EXPECT_EQ(error.parts().where, "split, labels of class 3");
  EXPECT_EQ(error.parts().expected, "5 samples");
  EXPECT_EQ(error.parts().found, "4");
}

TEST(Split, MoreSamplesThanThereAreIsADataError) {
  const Ids labels = sorted_labels(2, 10);
  for (const SplitRequest& request :
       {SplitRequest{.labels = 21, .draw = Draw::random}, SplitRequest{.labels = 22},
        SplitRequest{.labels = 2, .validation = 21}, SplitRequest{.labels = 2, .holdout = 21},
        SplitRequest{.labels = 2, .validation = 11, .holdout = 10},
        SplitRequest{.labels = 2, .unlabeled = 19, .overlap = false},
        SplitRequest{.labels = INT64_MAX, .draw = Draw::random}})
    EXPECT_EQ(refusal(labels, 2, 1, request).code(), ExitCode::data);
}

TEST(Split, ImpossibleRequestIsAUsageError) {
  const Ids labels = sorted_labels(2, 10);
  for (const SplitRequest& request :
       {SplitRequest{.labels = 0}, SplitRequest{.labels = 2, .validation = -1},
        SplitRequest{.labels = 2, .holdout = -1}, SplitRequest{.labels = 2, .unlabeled = -2}})
    EXPECT_EQ(refusal(labels, 2, 1, request).code(), ExitCode::usage);
}

TEST(Split, WithoutAnyTestPartIsRefused) {
  EXPECT_EQ(refusal(sorted_labels(2, 10), 2, 0, {.labels = 2}).code(), ExitCode::data);
  EXPECT_EQ(draw(sorted_labels(2, 10), 2, 0, {.labels = 2, .holdout = 5}).test.size(), 5u);
}

TEST(Split, LabelOutsideTheClassesIsNamed) {
  for (const int64_t label : {-1, 2}) {
    Ids labels = sorted_labels(2, 10);
    labels[7] = label;
    const Error error = refusal(labels, 2, 1, {.labels = 2});
    EXPECT_EQ(error.code(), ExitCode::data);
    EXPECT_EQ(error.parts().where, "split, training sample 7");
  }
}

}  // namespace
}  // namespace sslhost::host
