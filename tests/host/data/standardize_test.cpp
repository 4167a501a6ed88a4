// SPDX-License-Identifier: Apache-2.0
#include "host/data/standardize.hpp"

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "host/data/run_data.hpp"

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;
using ::testing::IsEmpty;

Tensor bytes(int64_t count, int64_t channels) {
  return at::arange(count * channels * 6, at::kLong)
      .mul(37)
      .remainder(251)
      .to(at::kByte)
      .view({count, channels, 2, 3});
}

/// What LibTorch says of these rows, in float64.
void expect_moments(const ChannelMoments& found, const Tensor& rows, double factor) {
  const auto values = rows.to(at::kDouble).mul(factor).transpose(0, 1).flatten(1);
  for (int64_t c = 0; c < values.size(0); ++c) {
    EXPECT_NEAR(found.mean[c], values[c].mean().item<double>(), 1e-6) << c;
    EXPECT_NEAR(found.std[c], values[c].std(/*unbiased=*/false).item<double>(), 1e-6) << c;
  }
}

TEST(Standardize, MomentsAreThoseOfTheRowsInBothParts) {
  for (const auto type : {at::kByte, at::kFloat}) {
    const auto train = bytes(5, 3).to(type), more = bytes(9, 3).narrow(0, 5, 4).to(type);
    const auto data = SampleStorage::on(c10::kCPU, train, more);
    const std::vector<int64_t> rows = {4, 0, 7, 8};
    const auto all = at::cat({train, more}).index_select(0, at::tensor(rows, at::kLong));
    expect_moments(channel_moments(data, rows, 1.0 / 255), all, 1.0 / 255);
  }
}

TEST(Standardize, AConstantChannelIsOnlyMoved) {
  const auto found = channel_moments(at::full({4, 1, 8, 8}, 77, at::kByte), {0, 1, 2, 3}, 0.1);
  EXPECT_THAT(found.mean, ElementsAre(FloatEq(7.7F)));
  EXPECT_THAT(found.std, ElementsAre(1.0F));
  EXPECT_THAT(channel_moments(at::full({4, 1, 8, 8}, 0.3, at::kFloat), {0, 1}, 1).std,
              ElementsAre(1.0F));
}

struct Placed : ::testing::Test {
  RunData placed(Preparation::Standardize how) const {
    Preparation preparation;
    preparation.standardize = how;
    return place(dataset, split, c10::kCPU, preparation);
  }
  Placed() {
    dataset.classes = {"a", "b"};
    dataset.scale = 1.0 / 255;
    dataset.train = {bytes(20, 3), at::arange(20, at::kLong).remainder(2)};
    split.labeled = {0, 1};
    split.unlabeled = {0, 1, 2, 3, 4, 5};
    split.validation = {8, 9};
    split.test = {10, 11, 12};
    split.test_from_training = true;
  }
  Dataset dataset;
  Split split;
};

TEST_F(Placed, SamplesOfThePoolHaveMeanZeroAndStdOne) {
  const auto run = placed(Preparation::Standardize::yes);
  const auto seen = gather(run.unlabeled.data, run.unlabeled.rows, run.unlabeled.scale);
  expect_moments({{0, 0, 0}, {1, 1, 1}}, seen, 1);
  EXPECT_EQ(run.test.scale.means(), run.unlabeled.scale.means());
}

TEST_F(Placed, TestAndValidationSamplesHaveNoPartInIt) {
  const auto before = placed(Preparation::Standardize::yes).test.scale;
  dataset.train.data.narrow(0, 8, 12).fill_(255);
  const auto after = placed(Preparation::Standardize::yes).test.scale;
  EXPECT_EQ(before.means(), after.means());
  EXPECT_EQ(before.stds(), after.stds());
  dataset.train.data[5].fill_(255);
  EXPECT_NE(placed(Preparation::Standardize::yes).test.scale.means(), before.means());
}

TEST_F(Placed, AutoIsAsTheDatasetSaysAndGivenNumbersCount) {
  using Standardize = Preparation::Standardize;
  EXPECT_THAT(placed(Standardize::automatic).test.scale.means(), IsEmpty());
  dataset.standardize = true;
  EXPECT_EQ(placed(Standardize::automatic).test.scale.means().size(), 3U);
  EXPECT_THAT(placed(Standardize::no).test.scale.means(), IsEmpty());
  const Preparation given = {.mean = "0.5", .std = {}};
  EXPECT_THAT(place(dataset, split, c10::kCPU, given).test.scale.means(),
              ElementsAre(0.5F, 0.5F, 0.5F));
}

// The same pictures with a sixteenth of the light are the same to a method.
TEST_F(Placed, DimPicturesLookTheSame) {
  const auto seen = [&] {
    const auto run = placed(Preparation::Standardize::yes);
    return gather(run.unlabeled.data, run.unlabeled.rows, run.unlabeled.scale);
  };
  dataset.train.data = bytes(20, 3).div(16, "floor");
  const auto dim = seen();
  dataset.train.data = bytes(20, 3).div(16, "floor").mul(16);
  EXPECT_TRUE(at::allclose(dim, seen(), 1e-5, 1e-5));
}

}  // namespace
}  // namespace sslhost::host
