// SPDX-License-Identifier: Apache-2.0
#include "host/selection/sample_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ATen/Parallel.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/tensor.h>

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;

std::vector<float> read(const RowSource& source, std::vector<int64_t> rows) {
  std::vector<float> values(rows.size() * static_cast<size_t>(source.width));
  source.read(rows, values.data());
  return values;
}

TEST(SampleRows, CountThroughTrainingAndUnlabeledPart) {
  Dataset dataset;
  dataset.train.data = at::tensor({1.F, 2.F, 3.F, 4.F}).view({2, 2, 1, 1});
  dataset.unlabeled.data = at::tensor({5.F, 6.F}).view({1, 2, 1, 1});
  const auto rows = sample_rows(dataset, {2, 0});
  EXPECT_EQ(rows.count, 2);
  EXPECT_EQ(rows.width, 2);
  EXPECT_THAT(read(rows, {0, 1}), ElementsAre(5, 6, 1, 2));
}

TEST(SampleRows, LargePicturesAreMeansOfCells) {
  Dataset dataset;
  dataset.unlabeled.data = at::arange(3 * 70 * 40).view({1, 3, 70, 40}).to(at::kByte);
  const auto rows = sample_rows(dataset, {0});
  ASSERT_EQ(rows.width, 3 * 24 * 14) << "cells of 3x3 pixels, fewer at the edges";
  const auto values = read(rows, {0});
  const auto picture = dataset.unlabeled.data[0].to(at::kDouble);
  const auto mean = [&](int64_t c, int64_t y, int64_t x, int64_t h, int64_t w) {
    return picture[c].narrow(0, y, h).narrow(1, x, w).mean().item<float>();
  };
  EXPECT_FLOAT_EQ(values[0], mean(0, 0, 0, 3, 3));
  EXPECT_FLOAT_EQ(values[(1 * 24 + 2) * 14 + 5], mean(1, 6, 15, 3, 3));
  EXPECT_FLOAT_EQ(values.back(), mean(2, 69, 39, 1, 1));
}

TEST(SampleRows, FeaturesOfANetworkHaveUnitLength) {
  Dataset dataset = {.unit_rms = true};
  dataset.train.data = at::tensor({3.F, 4.F, 0.F, 0.F}).view({2, 2, 1, 1});
  const auto rows = sample_rows(dataset, {0, 1});
  EXPECT_THAT(read(rows, {0, 1}),
              ElementsAre(FloatNear(0.6F, 1e-6F), FloatNear(0.8F, 1e-6F), 0, 0));
}

TEST(SampleRows, ColumnsOfATableAreStandardized) {
  Dataset dataset = {.standardize = true};
  dataset.train.data = at::tensor({0.F, 100.F, 2.F, 300.F}).view({2, 2, 1, 1});
  EXPECT_THAT(read(sample_rows(dataset, {0, 1}), {0, 1}), ElementsAre(-1, -1, 1, 1));
}

/// Random pictures with labels.
Dataset pictures(bool garbage_labels) {
  Dataset dataset = {.classes = {"a", "b", "c"}};
  at::manual_seed(3);
  dataset.train.data = at::randint(0, 256, {120, 3, 40, 40}).to(at::kByte);
  dataset.train.labels = at::arange(120).remainder(3);
  if (garbage_labels) dataset.train.labels = at::full({120}, -7, at::kLong);
  dataset.unlabeled.data = at::randint(0, 256, {30, 3, 40, 40}).to(at::kByte);
  return dataset;
}

std::vector<int64_t> all_of(const Dataset& dataset) {
  std::vector<int64_t> ids;
  for (int64_t i = 0; i < dataset.train.size() + dataset.unlabeled.size(); ++i) ids.push_back(i);
  return ids;
}

TEST(MedoidsAmong, DependOnNoLabel) {
  const auto good = pictures(false), poisoned = pictures(true);
  ASSERT_TRUE(good.train.data.equal(poisoned.train.data));
  EXPECT_EQ(medoids_among(good, all_of(good), {0, 5}, 12, 1),
            medoids_among(poisoned, all_of(good), {0, 5}, 12, 1));
}

TEST(MedoidsAmong, AreTheSameForAnyNumberOfThreads) {
  const auto dataset = pictures(false);
  const int before = at::get_num_threads();
  std::vector<std::vector<int64_t>> chosen;
  for (const int threads : {1, 2, 5}) {
    at::set_num_threads(threads);
    chosen.push_back(medoids_among(dataset, all_of(dataset), {}, 20, 1));
  }
  at::set_num_threads(before);
  EXPECT_EQ(chosen[0], chosen[1]);
  EXPECT_EQ(chosen[0], chosen[2]);
}

TEST(MedoidsAmong, AreAmongTheNamedSamples) {
  const auto dataset = pictures(false);
  const std::vector<int64_t> ids = {3, 50, 121, 140, 7, 9};
  for (const auto id : medoids_among(dataset, ids, {1}, 4, 2)) {
    EXPECT_THAT(ids, ::testing::Contains(id));
    EXPECT_NE(id, 50) << "it has a label";
  }
}

}  // namespace
}  // namespace sslhost::host
