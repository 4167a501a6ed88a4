// SPDX-License-Identifier: Apache-2.0
#include "host/inference/unsure_bound.hpp"

#include <gmock/gmock.h>

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::vector<float> spread(float from, float to, int count) {
  std::vector<float> all;
  for (int i = 0; i < count; ++i)
    all.push_back(from + (to - from) * static_cast<float>(i) / static_cast<float>(count - 1));
  return all;
}

TEST(UnsureBound, WhereMostAreBelowItTheMiddleAndAGuessAreSaid) {
  EXPECT_THAT(
      bound_words(0.8, spread(0.05F, 0.6F, 101), 120),
      AllOf(HasSubstr("most are below --unsure 0.8: of 120 classes"),
            HasSubstr("a mere guess has 0.0083"), HasSubstr("half of these are above 0.32")));
}

TEST(UnsureBound, ABoundThatNothingCanBeBelowIsSaid) {
  EXPECT_THAT(bound_words(0.4, spread(0.5F, 1, 50), 2),
              HasSubstr("leaves nothing out: of 2 classes the likeliest always has 0.5 or more"));
}

TEST(UnsureBound, ABoundThatDividesIsNotSpokenOfNorAHandful) {
  EXPECT_EQ(bound_words(0.7, spread(0.5F, 1, 50), 2), "");
  EXPECT_EQ(bound_words(0.8, spread(0.1F, 0.6F, 9), 10), "");
  EXPECT_EQ(bound_words(0, spread(0.1F, 0.6F, 50), 10), "") << "no bound was given";
}

}  // namespace
}  // namespace sslhost::host
