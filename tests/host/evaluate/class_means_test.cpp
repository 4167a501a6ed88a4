// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/class_means.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

TEST(ClassMeans, ClassesThatPointApartAreToldApart) {
  const std::vector<float> features = {1, 0, 2, 0.1F, 0, 1, 0.1F, 3, 5, 1, 1, 5};
  const std::vector<int64_t> labels = {0, 0, 1, 1, 0, 1};
  const auto found = class_means_error(features, labels, 2);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->samples, 6);
  EXPECT_EQ(found->errors, 0);
  EXPECT_EQ(found->chance, 0.5);
}

// Without itself, the third sample is like the other class: its own fold must not vouch for it.
TEST(ClassMeans, ASampleDoesNotVouchForItself) {
  const std::vector<float> features = {1, 0, 1, 0.1F, 0, 30, 0, 1, 0.1F, 1};
  const std::vector<int64_t> labels = {0, 0, 0, 1, 1};
  const auto found = class_means_error(features, labels, 2);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->errors, 1);
  EXPECT_EQ(found->error(), 0.2);
  EXPECT_DOUBLE_EQ(found->chance, 0.4);
}

TEST(ClassMeans, LengthsDoNotCount) {
  const std::vector<float> features = {1, 0, 1000, 1, 0, 1, 1, 1000};
  EXPECT_EQ(class_means_error(features, std::vector<int64_t>{0, 0, 1, 1}, 2)->errors, 0);
}

TEST(ClassMeans, FeaturesOfZerosAreLikeNothing) {
  const auto found = class_means_error(std::vector<float>(8), std::vector<int64_t>{0, 0, 1, 1}, 2);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->errors, 2) << "the first class is named, never NaN";
}

TEST(ClassMeans, AClassOfOneSampleSaysNothing) {
  EXPECT_FALSE(class_means_error(std::vector<float>(6), std::vector<int64_t>{0, 0, 1}, 2));
  EXPECT_FALSE(class_means_error(std::vector<float>(4), std::vector<int64_t>{0, 0}, 2));
  EXPECT_FALSE(class_means_error({}, {}, 2));
}

TEST(ClassMeans, SizesThatDoNotFitAreABug) {
  expect_failure(ExitCode::bug, "class means",
                 [] { class_means_error(std::vector<float>(5), std::vector<int64_t>{0, 1}, 2); });
}

}  // namespace
}  // namespace sslhost::host
