// SPDX-License-Identifier: Apache-2.0
#include "host/report/doubtful_labels.hpp"

#include <gmock/gmock.h>

#include <ATen/Functions.h>

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Two heaps in opposite directions, sample i of heap i mod 2, none like another.
Tensor two_heaps(int64_t count) {
  auto features = at::zeros({count, 3});
  for (int64_t i = 0; i < count; ++i) {
    features[i][0] = i % 2 == 0 ? 1 : -1;
    features[i][1] = 0.01 * static_cast<double>(i);
    features[i][2] = 5;  // what all have in common tells nothing
  }
  return features;
}

TEST(DoubtfulLabels, ALabelAmongThoseOfAnotherClassIsFound) {
  auto labels = at::arange(40, at::kLong).remainder(2);
  EXPECT_THAT(doubtful_labels(two_heaps(40), labels, 2), IsEmpty());
  labels[6] = 1;
  labels[11] = 0;
  const auto found = doubtful_labels(two_heaps(40), labels, 2);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].place, 6);
  EXPECT_EQ(found[0].label, 1);
  EXPECT_EQ(found[0].nearest, 0);
  EXPECT_GE(found[0].share, 0.9);
  EXPECT_EQ(found[1].place, 11);
}

TEST(DoubtfulLabels, ManyAreLookedAtByBlocks) {
  auto labels = at::arange(2500, at::kLong).remainder(2);
  labels[2000] = 1;
  labels[3] = 0;
  std::vector<int64_t> places;
  for (const auto& one : doubtful_labels(two_heaps(2500), labels, 2)) places.push_back(one.place);
  EXPECT_THAT(places, ::testing::UnorderedElementsAre(3, 2000));
}

TEST(DoubtfulLabels, AClassOfFewIsNotOutvotedByLargeOnes) {
  auto labels = at::arange(40, at::kLong).remainder(2);
  for (const int i : {2, 4, 8}) labels[i] = 2;  // three of a class: each has two fellows
  for (const auto& one : doubtful_labels(two_heaps(40), labels, 3)) EXPECT_NE(one.label, 2);
  EXPECT_THAT(doubtful_labels(two_heaps(3), at::arange(3, at::kLong), 3), IsEmpty());
}

}  // namespace
}  // namespace sslhost::host
