// SPDX-License-Identifier: Apache-2.0
#include "host/selection/pool_to_label.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ATen/ops/arange.h>
#include <ATen/ops/zeros.h>

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Dataset dataset_of(int64_t training, int64_t unlabeled, bool labels = true) {
  Dataset dataset = {.classes = {"a", "b"}};
  dataset.train.data = at::zeros({training, 1, 2, 2});
  if (labels) dataset.train.labels = at::arange(training).remainder(2);
  if (unlabeled > 0) dataset.unlabeled.data = at::zeros({unlabeled, 1, 2, 2});
  dataset.test.data = at::zeros({7, 1, 2, 2});
  return dataset;
}

TEST(PoolToLabel, IsWhatHasNoLabelBesideWhatHasOne) {
  const auto pool = pool_to_label(dataset_of(2, 3));
  EXPECT_THAT(pool.ids, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(pool.labeled, ElementsAre(0, 1));
  EXPECT_EQ(pool.open(), 3);
  EXPECT_FALSE(pool.overlooked);
}

TEST(PoolToLabel, OverlooksLabelsWhereAllHaveOne) {
  const auto pool = pool_to_label(dataset_of(4, 0));
  EXPECT_THAT(pool.ids, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(pool.labeled, IsEmpty());
  EXPECT_TRUE(pool.overlooked);
}

TEST(PoolToLabel, NeedsNoLabels) {
  EXPECT_THAT(pool_to_label(dataset_of(2, 1, false)).ids, ElementsAre(0, 1, 2));
  const auto pool = pool_to_label(dataset_of(0, 3, false));
  EXPECT_THAT(pool.ids, ElementsAre(0, 1, 2));
  EXPECT_FALSE(pool.overlooked);
}

TEST(PoolToLabelNext, IsTheUnlabeledPoolWithoutLabeledSamples) {
  Split split;
  split.labeled = {2, 0};
  split.unlabeled = {5, 2, 1, 0, 4};
  split.validation = {3};
  EXPECT_THAT(pool_to_label_next(dataset_of(4, 2), &split).ids, ElementsAre(1, 4, 5));
}

TEST(PoolToLabelNext, IsTheUnlabeledPartWhereNoSplitIsKnown) {
  EXPECT_THAT(pool_to_label_next(dataset_of(2, 3), nullptr).ids, ElementsAre(2, 3, 4));
  const auto all = pool_to_label_next(dataset_of(3, 0), nullptr);
  EXPECT_THAT(all.ids, ElementsAre(0, 1, 2));
  EXPECT_TRUE(all.overlooked);
}

}  // namespace
}  // namespace sslhost::host
