// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/classification.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "sslhost/error.hpp"

namespace sslhost::host {
namespace {

// True classes are rows. Column sums 3, 3, 4; row sums 4, 3, 3; 8 of 10 right.
const std::vector<int64_t> kConfusion = {3, 1, 0,  //
                                         0, 2, 1,  //
                                         0, 0, 3};

TEST(Classification, AgreesWithHandCalculation) {
  const auto c = classify(kConfusion, 3);
  EXPECT_DOUBLE_EQ(c.accuracy, 0.8);
  EXPECT_DOUBLE_EQ(c.error, 0.2);
  EXPECT_DOUBLE_EQ(c.classes[0].precision, 1);
  EXPECT_DOUBLE_EQ(c.classes[0].recall, 3. / 4);
  EXPECT_DOUBLE_EQ(c.classes[0].f1, 6. / 7);  // 2·3 / (4 + 3)
  EXPECT_DOUBLE_EQ(c.classes[1].precision, 2. / 3);
  EXPECT_DOUBLE_EQ(c.classes[1].recall, 2. / 3);
  EXPECT_DOUBLE_EQ(c.classes[1].f1, 2. / 3);
  EXPECT_DOUBLE_EQ(c.classes[2].precision, 3. / 4);
  EXPECT_DOUBLE_EQ(c.classes[2].recall, 1);
  EXPECT_EQ(c.classes[0].support, 4);
  EXPECT_EQ(c.classes[2].support, 3);
}

TEST(Classification, AveragesAreOverClassesOrWeightedBySupport) {
  const auto c = classify(kConfusion, 3);
  EXPECT_DOUBLE_EQ(c.macro.recall, (3. / 4 + 2. / 3 + 1) / 3);
  EXPECT_DOUBLE_EQ(c.macro.f1, (6. / 7 + 2. / 3 + 6. / 7) / 3);
  EXPECT_DOUBLE_EQ(c.weighted.recall, c.accuracy);
  EXPECT_DOUBLE_EQ(c.weighted.precision, 0.4 * 1 + 0.3 * 2 / 3 + 0.3 * 3 / 4);
  EXPECT_EQ(c.macro.support, 10);
}

TEST(Classification, ClassNeverSeenOrNeverPredictedScoresZero) {
  const auto c = classify(std::vector<int64_t>{5, 0, 0, 2, 0, 0, 0, 0, 0}, 3);
  EXPECT_EQ(c.classes[1].precision, 0) << "never predicted";
  EXPECT_EQ(c.classes[1].recall, 0);
  EXPECT_EQ(c.classes[2].f1, 0) << "neither seen nor predicted";
  EXPECT_DOUBLE_EQ(c.macro.recall, 1. / 3);
  EXPECT_DOUBLE_EQ(c.weighted.f1, 5. / 7 * 10 / 12);
}

TEST(Classification, NoSamplesHaveNoAccuracy) {
  const auto c = classify(std::vector<int64_t>(4, 0), 2);
  EXPECT_TRUE(std::isnan(c.accuracy));
  EXPECT_TRUE(std::isnan(c.error));
}

TEST(Classification, MatrixOfAnotherSizeIsABug) {
  EXPECT_THROW(classify(kConfusion, 2), Error);
  EXPECT_THROW(classify({}, 0), Error);
}

}  // namespace
}  // namespace sslhost::host
