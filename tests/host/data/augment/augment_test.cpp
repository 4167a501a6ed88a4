// SPDX-License-Identifier: Apache-2.0
#include "host/data/augment/augment.hpp"

#include <set>

#include <gtest/gtest.h>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include "sslhost/error.hpp"

#include "host/device/pretend/pretend_device.hpp"

namespace sslhost::host {
namespace {

constexpr int64_t kSamples = 40;

/// Bytes without a pattern; odd sides, so that middle lines are there.
Tensor pixels(int64_t channels = 3, int64_t height = 17, int64_t width = 21) {
  const auto count = kSamples * channels * height * width;
  return at::arange(count, at::kLong)
      .mul(2654435761)
      .bitwise_right_shift(7)
      .remainder(256)
      .to(at::kByte)
      .view({kSamples, channels, height, width});
}

AugmentRecipe recipe(const std::string& text, const Tensor& data) {
  auto made = fit(parse_augmentation("weak", text), {data.size(1), data.size(2), data.size(3)});
  require_fit(made);
  return made;
}

Tensor rows() { return at::arange(kSamples - 1, -1, -1, at::kLong); }
const Scale kBytes(1.0 / 255);

Tensor augmented(const std::string& text, const Tensor& data, uint64_t key = 5) {
  return augment(recipe(text, data), data, rows(), kBytes, key);
}

/// The same draws through both versions.
struct Differences {
  double largest;
  double share;  ///< of pixels more than 1e-5 apart
};
Differences difference(const std::string& text, const Tensor& data, c10::Device device) {
  const auto r = recipe(text, data);
  const auto draws = augment_draws(r, data.sizes(), 5, at::kCPU);
  AugmentDraws there;
  for (const auto& d : draws) there.push_back(d.to(device));
  const auto mine = augment_images(r, data, rows(), kBytes, draws);
  const auto other = augment_tensors(r, gather(data, rows(), kBytes).to(device), there).cpu();
  const auto apart = (mine - other).abs();
  return {apart.max().item<double>(), apart.gt(1e-5).to(at::kDouble).mean().item<double>()};
}

constexpr const char* kMixed[] = {"flip",
                                  "shift:3",
                                  "shift:4:reflect flip",
                                  "flip shift:16",
                                  "rotate:40",
                                  "resized-crop:0.2",
                                  "flip rotate:15 resized-crop",
                                  "noise:0.3",
                                  "cutout",
                                  "cutout:5:zero flip",
                                  "randaugment:1",
                                  "shift:2 randaugment:4 cutout"};

/// Posterize and solarize have thresholds: where the inputs differ in the last bit, a few pixels
/// land on the other side. Another device's arithmetic differs there more often.
void expect_both_versions_equal(c10::Device device, double largest, double share) {
  for (const auto* text : kMixed)
    for (const int64_t channels : {1, 3, 4}) {
      const auto apart = difference(text, pixels(channels), device);
      EXPECT_LT(apart.largest, largest) << text << ", " << channels << " channels";
      EXPECT_LT(apart.share, share) << text << ", " << channels << " channels";
    }
}

TEST(Augment, TheLoopsAndTheTensorVersionAgree) {
  expect_both_versions_equal(at::kCPU, 2e-4, 0.001);
}

TEST(Augment, TheTensorVersionRunsOnADeviceThatTheHostCannotReach) {
  expect_both_versions_equal(pretend_device(), 2e-4, 0.001);
}

TEST(Augment, TheLoopsAndTheTensorVersionAgreeOnAGpu) {
  if (!at::hasCUDA()) GTEST_SKIP() << "no CUDA device on this machine";
  expect_both_versions_equal(at::Device(at::kCUDA, 0), 1, 0.001);
}

TEST(Augment, EveryOperationOfRandAugmentAgreesWithItsTensorVersion) {
  for (const auto& shape : {std::pair<int64_t, int64_t>(17, 21), {2, 2}, {3, 2}}) {
    const auto data = pixels(3, shape.first, shape.second).div(2, "floor");
    const auto r = recipe("randaugment:1", data);
    for (int64_t op = 0; op < kRandOps; ++op) {
      auto draws = augment_draws(r, data.sizes(), 5, at::kCPU);
      draws[0].select(1, 0).fill_((static_cast<double>(op) + 0.5) / kRandOps);
      const auto mine = augment_images(r, data, rows(), kBytes, draws);
      const auto other = augment_tensors(r, gather(data, rows(), kBytes), draws);
      EXPECT_LT((mine - other).abs().max().item<double>(), 2e-5) << rand_ops()[op].name;
      const auto change = (mine - gather(data, rows(), kBytes)).abs().max().item<double>();
      EXPECT_TRUE(op == 0 || shape.first < 17 || change > 0.05) << rand_ops()[op].name;
    }
  }
}

TEST(Augment, FlipsAndShiftsCopyPixelsExactly) {
  const auto data = pixels();
  const auto plain = gather(data, rows(), kBytes);
  const auto flipped = augmented("flip", data);
  int64_t mirrored = 0;
  for (int64_t i = 0; i < kSamples; ++i) {
    const bool same = at::equal(flipped[i], plain[i]);
    EXPECT_TRUE(same || at::equal(flipped[i], plain[i].flip({2}))) << i;
    mirrored += !same;
  }
  EXPECT_GT(mirrored, kSamples / 5);
  EXPECT_LT(mirrored, kSamples * 4 / 5);

  const auto moved = augmented("shift:2", data);
  const auto padded = at::constant_pad_nd(plain, {2, 2, 2, 2});
  std::set<int64_t> shifts;
  for (int64_t i = 0; i < kSamples; ++i)
    for (int64_t shift = 0; shift < 25; ++shift)
      if (at::equal(moved[i], padded[i].narrow(1, shift / 5, 17).narrow(2, shift % 5, 21)))
        shifts.insert(shift + 25 * i);
  EXPECT_EQ(shifts.size(), static_cast<size_t>(kSamples)) << "each is one of the 25 crops";
}

TEST(Augment, DrawsDependOnTheKeyAndThePlaceAlone) {
  const auto data = pixels();
  for (const auto* text : kMixed) {
    const auto first = augmented(text, data);
    EXPECT_TRUE(at::equal(first, augmented(text, data))) << text;
    EXPECT_FALSE(at::equal(first, augmented(text, data, 6))) << text;
  }
  const auto zeros = at::ones_like(data).mul(128);
  const auto holes = augment(recipe("cutout", zeros), zeros, rows(), 1.0 / 128, 5);
  EXPECT_TRUE(at::equal(holes, augment(recipe("cutout", zeros), zeros,
                                       at::zeros({kSamples}, at::kLong), 1.0 / 128, 5)))
      << "the place in the batch counts, not the sample";
}

TEST(Augment, AnotherWordChangesNoDrawOfTheOthers) {
  const auto data = pixels();
  const auto alone = augment_draws(recipe("shift:2", data), data.sizes(), 5, at::kCPU);
  const auto more = augment_draws(recipe("flip shift:2 flip", data), data.sizes(), 5, at::kCPU);
  EXPECT_TRUE(at::equal(alone[0], more[1]));
  EXPECT_FALSE(at::equal(more[0], more[2])) << "the same word twice draws twice";
}

TEST(Augment, TheNumberOfThreadsChangesNothing) {
  const auto data = pixels();
  const auto threads = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = augmented("flip rotate:15 randaugment:2", data);
  at::set_num_threads(4);
  EXPECT_TRUE(at::equal(one, augmented("flip rotate:15 randaugment:2", data)));
  at::set_num_threads(threads);
}

TEST(Augment, AnEmptyRecipeGivesGathersBits) {
  const auto data = pixels();
  EXPECT_TRUE(at::equal(augmented("none", data), gather(data, rows(), kBytes)));
}

TEST(Augment, NormalizesAfterwards) {
  const auto data = pixels();
  const Scale scale(1.0 / 255, {0.1f, 0.2f, 0.3f}, {0.5f, 2.0f, 4.0f}, 3, at::kCPU);
  const auto expected = augmented("shift:2 cutout", data)
                            .sub(at::tensor({0.1f, 0.2f, 0.3f}).view({3, 1, 1}))
                            .div(at::tensor({0.5f, 2.0f, 4.0f}).view({3, 1, 1}));
  const auto found = augment(recipe("shift:2 cutout", data), data, rows(), scale, 5);
  EXPECT_TRUE(at::equal(found, expected));
  EXPECT_EQ(found._version(), 0);
  const auto plain = gather(data, rows(), scale);
  EXPECT_TRUE(at::equal(plain, scale(data.index_select(0, rows()))));
  EXPECT_TRUE(at::allclose(scale.undo(plain), gather(data, rows(), kBytes), 1e-5, 1e-6));
}

TEST(Augment, NoiseOnFeaturesIsNormal) {
  const auto data = at::full({kSamples, 500, 1, 1}, 3.0f);
  const auto noise = augment(recipe("noise:0.5", data), data, rows(), 1, 5) - 3;
  EXPECT_NEAR(noise.mean().item<double>(), 0, 0.02);
  EXPECT_NEAR(noise.std().item<double>(), 0.5, 0.02);
}

TEST(Augment, APreviewShowsEachSampleBesideItsVersions) {
  const auto data = pixels();
  const ResidentPool pool{data, rows(), {}, 1.0 / 255};
  const auto shown = augment_preview(recipe("flip", data), pool, 3, 4, 7);
  EXPECT_EQ(shown.sizes(), (std::vector<int64_t>{15, 3, 17, 21}));
  const auto plain = gather(data, rows(), kBytes);
  for (int64_t i = 0; i < 15; ++i) {
    const auto sample = plain[i / 5];
    EXPECT_TRUE(at::equal(shown[i], sample) || (i % 5 > 0 && at::equal(shown[i], sample.flip({2}))))
        << i;
  }
}

TEST(Scale, TakesOneNumberOrOneForEachChannel) {
  const Scale one(1, {0.5f}, {}, 3, at::kCPU);
  EXPECT_EQ(one.means(), (std::vector<float>{0.5f, 0.5f, 0.5f}));
  EXPECT_EQ(one.stds(), (std::vector<float>{1, 1, 1}));
  EXPECT_FALSE(Scale(1, {}, {}, 3, at::kCPU).normalizes());
  EXPECT_THROW(Scale(1, {}, {0.5f, 0.5f}, 3, at::kCPU), Error);
}

}  // namespace
}  // namespace sslhost::host
