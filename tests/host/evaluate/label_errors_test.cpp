// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/label_errors.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ATen/Functions.h>

namespace sslhost::host {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ConfidentErrors, AreOffTheDiagonalOfTheConfidentJoint) {
  // t_0 = mean(0.9, 0.7, 0.2) = 0.6, t_1 = mean(0.8, 0.6) = 0.7.
  const auto probabilities =
      at::tensor({0.9, 0.1, 0.7, 0.3, 0.2, 0.8, 0.2, 0.8, 0.4, 0.6}).view({5, 2});
  const auto labels = at::tensor({0, 0, 0, 1, 1}, at::kLong);
  const auto errors = confident_errors_of(probabilities, labels);
  ASSERT_THAT(errors.found, SizeIs(1)) << "the last reaches no threshold, and counts nowhere";
  EXPECT_EQ(errors.found[0].place, 2);
  EXPECT_EQ(errors.found[0].label, 0);
  EXPECT_EQ(errors.found[0].likely, 1);
  EXPECT_DOUBLE_EQ(errors.found[0].probability, 0.2);
  EXPECT_DOUBLE_EQ(errors.error, 0.2);
}

TEST(ConfidentErrors, CountWhereTheProbabilityIsLargestOfThoseThatReach) {
  // Sample 0 reaches t_1 = 0.3 and t_2 = 0.4, and is counted in class 2.
  const auto probabilities =
      at::tensor({0.1, 0.4, 0.5, 0.6, 0.3, 0.1, 0.5, 0.3, 0.2, 0.3, 0.3, 0.4}).view({4, 3});
  const auto labels = at::tensor({0, 0, 1, 2}, at::kLong);
  const auto errors = confident_errors_of(probabilities, labels);
  ASSERT_FALSE(errors.found.empty());
  EXPECT_EQ(errors.found[0].place, 0);
  EXPECT_EQ(errors.found[0].likely, 2);
}

/// Three blobs of 40 in 20 numbers.
struct Blobs {
  Tensor features, labels;
};
Blobs blobs() {
  at::manual_seed(1);
  const auto labels = at::arange(120).remainder(3);
  auto features = 0.5 * at::randn({120, 20});
  features.narrow(1, 0, 3).add_(4 * labels.unsqueeze(1).eq(at::arange(3)).to(at::kFloat));
  return {features, labels};
}

TEST(LabelErrors, AreNoneWhereLabelsAreRight) {
  const auto [features, labels] = blobs();
  const auto errors = label_errors(features, labels, 3);
  EXPECT_TRUE(errors.judged);
  EXPECT_THAT(errors.found, IsEmpty());
  EXPECT_EQ(errors.error, 0);
}

/// A wrong one is found where its other class is at least as likely as that class usually is: not
/// all of them.
TEST(LabelErrors, AreAmongTheSwappedLabels) {
  const auto [features, labels] = blobs();
  const std::set<int64_t> swapped = {4, 33, 77, 100};
  for (const auto i : swapped) labels[i] = (labels[i] + 1).remainder(3);
  const auto errors = label_errors(features, labels, 3);
  EXPECT_GE(errors.found.size(), 2u);
  for (const auto& error : errors.found) {
    EXPECT_TRUE(swapped.contains(error.place)) << error.place;
    EXPECT_EQ(error.likely, error.place % 3);
    EXPECT_EQ(error.label, (error.place + 1) % 3);
  }
}

TEST(LabelErrors, AreNotJudgedByAClassifierThatKnowsNothing) {
  at::manual_seed(2);
  const auto features = at::randn({200, 30}), labels = at::arange(200).remainder(2);
  const auto errors = label_errors(features, labels, 2);
  EXPECT_FALSE(errors.judged);
  EXPECT_GT(errors.error, 0.3);
  EXPECT_THAT(errors.found, IsEmpty());
}

TEST(LabelErrors, AreNotJudgedWithFewLabelsOfAClass) {
  const auto [features, labels] = blobs();
  EXPECT_FALSE(label_errors(features.narrow(0, 0, 27), labels.narrow(0, 0, 27), 3).judged);
}

TEST(OutOfSample, EveryProbabilityIsOfASampleThatWasLeftOut) {
  // Features that name each sample: a classifier that had seen it would know its label.
  const auto features = at::eye(100), labels = at::arange(100).remainder(2);
  const auto probabilities = out_of_sample(features, labels, 2);
  EXPECT_LT((probabilities - 0.5).abs().max().item<double>(), 0.05);
  EXPECT_LT((probabilities.sum(1) - 1).abs().max().item<double>(), 1e-5);
}

}  // namespace
}  // namespace sslhost::host
