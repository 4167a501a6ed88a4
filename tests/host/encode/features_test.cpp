// SPDX-License-Identifier: Apache-2.0
#include "host/encode/features.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include <ATen/Functions.h>

#include "tests/host/encode/weights.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using testing::pretrained;

Dataset pictures() {
  at::manual_seed(3);
  Dataset dataset;
  dataset.classes = {"a", "b"};
  dataset.scale = 1.0 / 255;
  dataset.standardize = true;
  dataset.train = {at::randint(0, 256, {6, 3, 32, 32}, at::kByte), at::tensor({0, 1, 0, 1, 0, 1})};
  dataset.unlabeled = {at::randint(0, 256, {3, 3, 32, 32}, at::kByte), {}};
  return dataset;
}

class Features : public ::testing::Test {
 protected:
  Dataset features(const Encoder& encoder) { return features(encoder, pictures()); }
  Dataset features(const Encoder& encoder, const Dataset& dataset) {
    counted_ = 0;
    return features_of(dataset, encoder, folder_.path() / "cache",
                       [this](int64_t, int64_t) { ++counted_; });
  }
  std::vector<std::filesystem::path> files() const {
    std::vector<std::filesystem::path> all;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path() / "cache"))
      all.push_back(entry.path());
    return all;
  }
  testing::TemporaryFolder folder_;
  Encoder encoder_{pretrained(), c10::kCPU};
  int counted_ = 0;  // pieces that were computed
};

TEST_F(Features, KeepLabelsAndLieInTheShapeOfSamples) {
  const auto found = features(encoder_);
  EXPECT_EQ(found.train.data.sizes(), (std::vector<int64_t>{6, 1280, 1, 1}));
  EXPECT_EQ(found.unlabeled.data.sizes(), (std::vector<int64_t>{3, 1280, 1, 1}));
  EXPECT_TRUE(at::equal(found.train.labels, pictures().train.labels));
  EXPECT_EQ(found.scale, 1);
  EXPECT_TRUE(found.unit_rms);
  EXPECT_TRUE(at::equal(found.train.data, encoder_(pictures().train.data, 1.0 / 255)));
}

TEST_F(Features, AreComputedOnce) {
  const auto first = features(encoder_);
  EXPECT_GT(counted_, 0);
  const auto second = features(encoder_);
  EXPECT_EQ(counted_, 0);
  EXPECT_TRUE(at::equal(first.train.data, second.train.data));
  EXPECT_TRUE(at::equal(first.unlabeled.data, second.unlabeled.data));
}

TEST_F(Features, OfOtherWeightsAreOthers) {
  const auto first = features(encoder_);
  const Encoder other(pretrained(2), c10::kCPU);
  EXPECT_FALSE(at::equal(first.train.data, features(other).train.data));
}

TEST_F(Features, OfNearlyTheSameScaleAreOthers) {
  features(encoder_);
  auto other = pictures();
  other.scale += 1e-8;
  features(encoder_, other);
  EXPECT_GT(counted_, 0);
}

TEST_F(Features, AreComputedAgainWhereTheirFileWasCut) {
  const auto first = features(encoder_);
  for (const auto& file : files())
    std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  EXPECT_TRUE(at::equal(first.train.data, features(encoder_).train.data));
  EXPECT_GT(counted_, 0);
  features(encoder_);
  EXPECT_EQ(counted_, 0) << "the cut files were replaced";
}

TEST_F(Features, DoNotNeedACache) {
  const auto none = features_of(pictures(), encoder_, {}, {});
  EXPECT_TRUE(at::equal(none.train.data, features(encoder_).train.data));
  const auto closed = features_of(pictures(), encoder_, "/proc/closed", {});
  EXPECT_TRUE(at::equal(none.train.data, closed.train.data));
}

}  // namespace
}  // namespace sslhost::host
