// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/training/integers.hpp"

#include "host/survey/judge.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Training pictures whose brightness and side are drawn for each class.
class Shortcuts : public ::testing::Test {
 protected:
  void add(int64_t label, int64_t count, double from, double to, int64_t least_side = 400,
           int64_t most_side = 600) {
    for (int64_t i = 0; i < count; ++i) {
      labels_.push_back(label);
      qualities_.push_back(
          {.brightness = static_cast<float>(from + (to - from) * integers_.unit())});
      const auto side =
          least_side +
          static_cast<int64_t>(integers_.below(static_cast<uint64_t>(most_side - least_side + 1)));
      sizes_.push_back({side, side});
    }
  }
  std::vector<Problem> judge(std::span<const size_t> constant = {}) const {
    const Roster roster({{.id = PartId::training, .size = labels_.size(), .labels = labels_}});
    return judge_shortcuts(roster, classes_, qualities_, constant, sizes_);
  }

  random::Integers integers_{3};
  std::vector<std::string> classes_ = {"cat", "dog"};
  std::vector<int64_t> labels_;
  std::vector<Quality> qualities_;
  std::vector<PixelSize> sizes_;
};

TEST_F(Shortcuts, AlikeClassesHaveNone) {
  add(0, 200, 60, 160);
  add(1, 200, 60, 160);
  EXPECT_THAT(judge(), IsEmpty());
}

TEST_F(Shortcuts, LightThatTellsTwoClassesApartIsAWarningWithFigures) {
  add(0, 40, 40, 80);
  add(1, 60, 90, 160);
  const auto found = judge();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].id, "class-brightness");
  EXPECT_EQ(found[0].weight, Problem::Weight::warning);
  EXPECT_EQ(found[0].count, 1);
  EXPECT_THAT(found[0].text, HasSubstr("brightness alone"));
  ASSERT_EQ(found[0].examples.size(), 1u);
  EXPECT_THAT(found[0].examples[0],
              ::testing::MatchesRegex("cat below 8[0-9] of 255, dog above: 100 % right"));
}

TEST_F(Shortcuts, SizesThatTellThemApartAreAWarning) {
  add(0, 30, 60, 160, 900, 1100);
  add(1, 30, 60, 160, 200, 300);
  const auto found = judge();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].id, "class-size");
  EXPECT_THAT(found[0].examples[0], HasSubstr("cat above "));
  EXPECT_THAT(found[0].examples[0], HasSubstr(" pixels, dog below: 100 % right"));
}

TEST_F(Shortcuts, OneClassAmongMoreIsHeldAgainstTheOthers) {
  classes_ = {"cat", "dog", "owl"};
  add(0, 40, 100, 160);
  add(1, 40, 100, 160);
  add(2, 40, 20, 70);
  const auto found = judge();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].count, 1);
  ASSERT_EQ(found[0].examples.size(), 1u);
  EXPECT_THAT(found[0].examples[0], HasSubstr("owl below "));
  EXPECT_THAT(found[0].examples[0], HasSubstr(", the others above"));
}

TEST_F(Shortcuts, AfewLabelsThatDifferByChanceAreNoWarning) {
  add(0, 5, 40, 80);
  add(1, 5, 90, 160);
  EXPECT_THAT(judge(), IsEmpty());
  for (uint64_t seed = 0; seed < 300; ++seed) {
    integers_ = random::Integers(seed);
    for (const int64_t count : {5, 10, 30}) {
      labels_.clear(), qualities_.clear(), sizes_.clear();
      add(0, count, 60, 160);
      add(1, count, 60, 160);
      EXPECT_THAT(judge(), IsEmpty()) << seed << " " << count;
    }
  }
}

TEST_F(Shortcuts, APartOfAClassIsNotEnough) {
  add(0, 500, 60, 160);
  add(1, 500, 80, 180);  // a difference, but no shortcut: 60 % right
  EXPECT_THAT(judge(), IsEmpty());
}

TEST_F(Shortcuts, WhatIsNotKnownHasNoSay) {
  add(0, 40, 40, 80);
  add(1, 40, 90, 160);
  std::vector<size_t> constant;
  for (size_t i = 0; i < 35; ++i) constant.push_back(i);
  EXPECT_THAT(judge(constant), IsEmpty());
  qualities_.clear();  // no photos
  sizes_.clear();
  EXPECT_THAT(judge(), IsEmpty());
}

}  // namespace
}  // namespace sslhost::host
