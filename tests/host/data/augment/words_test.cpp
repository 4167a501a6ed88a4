// SPDX-License-Identifier: Apache-2.0
#include "host/data/augment/words.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "sslhost/error.hpp"

#include "host/data/preparation.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// What is said about a recipe that is refused.
std::string refusal(const std::string& text) {
  const auto error = failure_of([&] { parse_augmentation("weak", text); });
  EXPECT_EQ(error.code(), ExitCode::usage) << text;
  EXPECT_EQ(error.parts().where, "option weak");
  return error.what();
}

std::string misfit(const std::string& text, const ImageShape& shape) {
  return fit(parse_augmentation("strong", text), shape).misfit;
}

std::vector<AugmentPass::Kind> kinds(const std::string& text) {
  std::vector<AugmentPass::Kind> all;
  for (const auto& pass : parse_augmentation("weak", text).passes) all.push_back(pass.kind);
  return all;
}

TEST(AugmentWords, AreReadWithTheirNumbersAndVariants) {
  const auto recipe = parse_augmentation("weak", "  flip shift:4:reflect\tnoise:0.15 cutout ");
  ASSERT_EQ(recipe.ops.size(), 4U);
  EXPECT_EQ(recipe.ops[1].word, AugmentWord::shift);
  EXPECT_EQ(recipe.ops[1].amount, 4);
  EXPECT_TRUE(recipe.ops[1].variant);
  EXPECT_EQ(recipe.ops[2].amount, 0.15);
  EXPECT_FALSE(recipe.ops[3].variant);
}

TEST(AugmentWords, NoneAndNothingAreEmptyRecipes) {
  for (const auto* text : {"none", "", "  "})
    EXPECT_TRUE(parse_augmentation("weak", text).empty()) << text;
}

TEST(AugmentWords, EverythingWrongIsSaidTogether) {
  EXPECT_THAT(refusal("flop shift:0 rotate cutout:8:black"),
              AllOf(HasSubstr("did you mean flip?"), HasSubstr("a whole number from 1"),
                    HasSubstr("rotate:DEGREES is meant"), HasSubstr("only 'zero'")));
}

TEST(AugmentWords, NumbersOutOfRangeAndOtherShapesAreRefused) {
  for (const auto* text :
       {"shift:1.5", "shift:-1", "shift:x", "shift:", "shift:4:", "flip:2", "rotate:0",
        "rotate:181", "rotate:nan", "noise:inf", "noise:1e9", "resized-crop:1.1", "randaugment:0",
        "randaugment:2:3", "none flip", "shift:2:reflect:1", ":", "shift:99999999999999999999"})
    EXPECT_THAT(refusal(text), HasSubstr("expected")) << text;
}

TEST(AugmentWords, ConsecutiveMovesBecomeOnePass) {
  using Kind = AugmentPass::Kind;
  EXPECT_THAT(kinds("flip shift:2"), ElementsAre(Kind::copy));
  EXPECT_THAT(kinds("flip rotate:15 resized-crop flip"), ElementsAre(Kind::resample));
  EXPECT_THAT(kinds("shift:2 rotate:15"), ElementsAre(Kind::copy, Kind::resample));
  EXPECT_THAT(kinds("rotate:15 shift:2 flip shift:1"),
              ElementsAre(Kind::resample, Kind::copy, Kind::copy));
  EXPECT_THAT(kinds("flip noise:1 flip"), ElementsAre(Kind::copy, Kind::noise, Kind::copy));
}

TEST(AugmentWords, AmountsLeftOutFollowTheImages) {
  const auto of = [](int64_t height, int64_t width) {
    const auto recipe =
        fit(parse_augmentation("strong", "shift randaugment cutout"), {3, height, width});
    EXPECT_EQ(recipe.misfit, "");
    std::vector<double> amounts;
    for (const auto& op : recipe.ops) amounts.push_back(op.amount);
    return amounts;
  };
  EXPECT_THAT(of(32, 40), ElementsAre(4, 2, 16));
  EXPECT_THAT(of(2, 3), ElementsAre(1, 2, 1));
}

TEST(AugmentWords, WhatDoesNotFitTheImagesIsSaid) {
  EXPECT_THAT(misfit("flip noise:1", {2, 1, 1}),
              AllOf(HasSubstr("flip: for images of at least 2 × 2"), HasSubstr("are 1 × 1")));
  EXPECT_EQ(misfit("noise:1", {2, 1, 1}), "");
  EXPECT_THAT(misfit("cutout:9 shift:8", {1, 8, 8}),
              AllOf(HasSubstr("cutout: at most 8"), HasSubstr("shift: at most 7")));
  EXPECT_EQ(misfit("cutout:8 shift:7", {1, 8, 8}), "");
  expect_failure(ExitCode::usage, AllOf(HasSubstr("option strong"), HasSubstr("8 × 8")),
                 [&] { require_fit(fit(parse_augmentation("strong", "cutout:9"), {1, 8, 8})); });
}

TEST(AugmentWords, AreListedInTheReference) {
  const auto* source = std::getenv("SSLHOST_SOURCE_DIR");
  if (!source) GTEST_SKIP() << "SSLHOST_SOURCE_DIR is set by ctest";
  std::ifstream file(std::string(source) + "/docs/reference/augmentation.md");
  std::stringstream page;
  page << file.rdbuf();
  EXPECT_THAT(page.str(), HasSubstr(augment_words_table())) << "put this table there";
  EXPECT_THAT(page.str(), HasSubstr(rand_ops_table())) << "put this table there";
}

// A view that is never mirrored beside one that is shows the network other pictures than labels do.
TEST(Preparation, StrongViewsAreBuiltOnWeakOnes) {
  Preparation preparation;
  EXPECT_EQ(preparation.strong_words(), "randaugment cutout");
  preparation.weak = "flip shift:4:reflect";
  EXPECT_EQ(preparation.strong_words(), "flip shift:4:reflect randaugment cutout");
  preparation.strong = "  rotate:15  weak ";
  EXPECT_EQ(preparation.strong_words(), "rotate:15 flip shift:4:reflect");
  preparation.weak = "none";
  EXPECT_EQ(preparation.strong_words(), "rotate:15");
  preparation.strong = "weak";
  EXPECT_TRUE(parse_augmentation("strong", preparation.strong_words()).empty());
}

TEST(Preparation, WhatIsWrongInAWeakViewIsSaidOfIt) {
  Preparation preparation{.weak = "flop"};
  expect_failure(ExitCode::usage, HasSubstr("option weak"), [&] { preparation.check(); });
  preparation = {.strong = "weak flop"};
  expect_failure(ExitCode::usage,
                 AllOf(HasSubstr("option strong"), HasSubstr("words of: weak flip")),
                 [&] { preparation.check(); });
}

TEST(Preparation, NumbersOfMeanAndStdAreChecked) {
  EXPECT_THAT(numbers_of("mean", " 0.5 -1e-1 "), ElementsAre(0.5f, -0.1f));
  EXPECT_TRUE(numbers_of("mean", "").empty());
  for (const auto* text : {"a", "1,2", "nan", "inf", "0.5x"})
    EXPECT_THROW(numbers_of("mean", text), Error) << text;
  EXPECT_THROW(numbers_of("std", "0.5 0"), Error);
  Preparation preparation;
  EXPECT_NO_THROW(preparation.check());
  preparation.strong = "flop";
  EXPECT_THROW(preparation.check(), Error);
}

}  // namespace
}  // namespace sslhost::host
