// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/outliers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ATen/Functions.h>

namespace sslhost::host {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Two narrow beams of directions, in 64 numbers.
Tensor beams(int64_t count) {
  at::manual_seed(4);
  const auto middles = at::randn({2, 64});
  return middles.index_select(0, at::arange(count).remainder(2)) + 0.3 * at::randn({count, 64});
}

TEST(Outliers, AreNoneInPlainData) { EXPECT_THAT(outliers_of(beams(400)), IsEmpty()); }

TEST(Outliers, AreUnlikeAllOthersTheFarthestFirst) {
  auto features = beams(400);
  features[17] = at::randn({64});
  features[200] = at::randn({64});
  const auto found = outliers_of(features);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].place + found[1].place, 217);
  EXPECT_GE(found[0].distance, found[1].distance);
}

TEST(Outliers, OfFewSamplesNothingIsSaid) {
  auto features = beams(40);
  features[3] = at::randn({64});
  EXPECT_THAT(outliers_of(features), IsEmpty());
}

}  // namespace
}  // namespace sslhost::host
