// SPDX-License-Identifier: Apache-2.0
#include "host/survey/quality.hpp"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/survey/judge.hpp"
#include "tests/host/survey/pictures.hpp"

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

GrayPicture filled(const std::function<float(int64_t, int64_t)>& value, int64_t side = 64) {
  GrayPicture picture = {side, side, {}};
  for (int64_t y = 0; y < side; ++y)
    for (int64_t x = 0; x < side; ++x) picture.values.push_back(value(y, x));
  return picture;
}

TEST(Quality, BrightnessAndWhiteAreThoseOfThePixels) {
  const auto quality =
      quality_of(filled([](int64_t y, int64_t) { return y < 16 ? 250.0F : 10.0F; }));
  EXPECT_FLOAT_EQ(quality.brightness, 70);
  EXPECT_FLOAT_EQ(quality.white, 0.25);
}

TEST(Quality, ASlopeHasAQuarterOfTheSharpnessOfNoise) {
  const auto slope = filled([](int64_t y, int64_t x) { return static_cast<float>(2 * y + x); });
  EXPECT_NEAR(quality_of(slope).sharpness, 0.25, 1e-6);
  random::Integers draws(random::mix(1, 2));
  const auto noise = filled([&](int64_t, int64_t) { return static_cast<float>(draws.below(256)); });
  EXPECT_NEAR(quality_of(noise).sharpness, 1, 0.05);
  EXPECT_EQ(quality_of(filled([](int64_t, int64_t) { return 7.0F; })).sharpness, 0);
}

TEST(Quality, ContrastAndBrightnessHaveNoSayInSharpness) {
  const auto plain = quality_of(to_gray(smooth_picture(3).view())).sharpness;
  EXPECT_NEAR(quality_of(to_gray(smooth_picture(3, 64, 0.5).view())).sharpness, plain, 0.01);
}

class JudgeQuality : public ::testing::Test {
 protected:
  static std::vector<Problem> judge(const std::vector<Quality>& qualities,
                                    const std::vector<size_t>& constant = {}) {
    const Roster roster({{.id = PartId::training, .size = qualities.size()}});
    return judge_quality(roster, qualities, constant);
  }
  static constexpr Quality kUsual = {.brightness = 120, .white = 0.01F, .sharpness = 0.4F};
  std::vector<Quality> photos_ = std::vector<Quality>(20, kUsual);
};

TEST_F(JudgeQuality, SaysNothingOfUsualPhotos) { EXPECT_THAT(judge(photos_), IsEmpty()); }

TEST_F(JudgeQuality, NamesDarkOverExposedAndBlurredOnesTheWorstFirst) {
  photos_[3].brightness = 20;
  photos_[5].brightness = 9;
  photos_[7].white = 0.9F;
  photos_[9].sharpness = 0.26F;
  const auto problems = judge(photos_);
  ASSERT_EQ(problems.size(), 3u);
  EXPECT_EQ(problems[0].id, "dark");
  EXPECT_EQ(problems[0].count, 2);
  EXPECT_THAT(problems[0].examples, ElementsAre("training 5", "training 3"));
  EXPECT_EQ(problems[1].id, "over-exposed");
  EXPECT_THAT(problems[1].examples, ElementsAre("training 7"));
  EXPECT_EQ(problems[2].id, "blurred");
  EXPECT_THAT(problems[2].examples, ElementsAre("training 9"));
}

TEST_F(JudgeQuality, SaysNothingWhereThatIsHowThePhotosAre) {
  for (auto& photo : photos_) photo = {.brightness = 15, .white = 0, .sharpness = 0.26F};
  EXPECT_THAT(judge(photos_), IsEmpty()) << "a night sky";
  for (auto& photo : photos_) photo = {.brightness = 230, .white = 0.8F, .sharpness = 0.4F};
  EXPECT_THAT(judge(photos_), IsEmpty()) << "products on white";
}

TEST_F(JudgeQuality, LeavesPicturesOfOneColorToAnother) {
  photos_[4] = {};
  EXPECT_THAT(judge(photos_, {4}), IsEmpty());
}

TEST_F(JudgeQuality, PicturesOfOneColorHaveNoSayInWhatIsUsual) {
  photos_[0].brightness = 9;
  std::vector<size_t> constant;
  for (size_t i = 5; i < photos_.size(); ++i) {
    photos_[i] = {};
    constant.push_back(i);
  }
  const auto problems = judge(photos_, constant);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_THAT(problems[0].examples, ElementsAre("training 0"));
  constant.insert(constant.begin(), {0, 1, 2, 3, 4});
  EXPECT_THAT(judge(photos_, constant), IsEmpty()) << "there is no other";
}

}  // namespace
}  // namespace sslhost::host
