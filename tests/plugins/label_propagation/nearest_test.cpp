// SPDX-License-Identifier: Apache-2.0
// Nearest neighbors against sorted distances, and samples that are equal.
#include "plugins/label-propagation/nearest.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "plugins/label-propagation/distinct.hpp"

namespace label_propagation {
namespace {

using at::Tensor;
using ::testing::ElementsAre;

Tensor points(int64_t n, int64_t d, double factor = 1) {
  return at::arange(n * d, at::kDouble)
      .square()
      .mul(0.7 * factor)
      .sin()
      .view({n, d})
      .to(at::kFloat);
}

std::vector<int64_t> whole(const Tensor& t) {
  const auto flat = t.flatten().contiguous();
  return {flat.const_data_ptr<int64_t>(), flat.const_data_ptr<int64_t>() + flat.numel()};
}

/// The same by loops over doubles.
void expect_nearest(const Neighbors& found, const Tensor& queries, const Tensor& all, int64_t k,
                    bool others) {
  ASSERT_EQ(found.places.sizes(), (std::vector<int64_t>{queries.size(0), k}));
  for (int64_t q = 0; q < queries.size(0); ++q) {
    std::vector<std::pair<double, int64_t>> sorted;
    for (int64_t i = 0; i < all.size(0); ++i)
      if (!others || i != q)
        sorted.emplace_back(
            (all[i].to(at::kDouble) - queries[q].to(at::kDouble)).square().sum().item<double>(), i);
    std::sort(sorted.begin(), sorted.end());
    for (int64_t j = 0; j < k; ++j) {
      EXPECT_EQ(found.places[q][j].item<int64_t>(), sorted[static_cast<size_t>(j)].second);
      EXPECT_NEAR(found.squares[q][j].item<double>(), sorted[static_cast<size_t>(j)].first, 1e-6);
    }
  }
}

TEST(Nearest, AreThoseOfSortedDistances) {
  const auto all = points(50, 3), queries = points(9, 3, 1.1);
  expect_nearest(nearest(queries, all, 7), queries, all, 7, false);
  expect_nearest(nearest_others(all, 7), all, all, 7, true);
}

TEST(Nearest, OfEquallyNearOnesTheFirstIsTaken) {
  const auto line = at::arange(9, at::kFloat).unsqueeze(1);
  EXPECT_THAT(whole(nearest_others(line, 3).places[4]), ElementsAre(3, 5, 2));
}

TEST(Nearest, MoreThanThereAreIsAll) {
  const auto all = points(4, 2);
  expect_nearest(nearest(all, all, 10), all, all, 4, false);
  expect_nearest(nearest_others(all, 10), all, all, 3, true);
  EXPECT_EQ(nearest_others(all.narrow(0, 0, 1), 10).places.sizes(), (std::vector<int64_t>{1, 0}));
}

TEST(Nearest, AreTheSameInManyBlocks) {
  const auto few = points(9, 2);
  // So many numbers that the candidates of one query fill a block.
  const auto wide = at::cat({few, at::zeros({9, (1 << 20) - 2}, at::kFloat)}, 1);
  const auto found = nearest_others(wide, 4), expected = nearest_others(few, 4);
  EXPECT_TRUE(at::equal(found.places, expected.places));
  EXPECT_TRUE(at::allclose(found.squares, expected.squares));
}

TEST(Nearest, OfManyPointsAreTheSameInEveryBlock) {
  const auto all = points(5000, 2);  // the last ones are in the second block of distances
  const auto others = nearest_others(all, 5);
  const auto last = nearest(all.narrow(0, 4990, 10), all, 6);
  EXPECT_TRUE(at::equal(last.places.select(1, 0), at::arange(4990, 5000, at::kLong)));
  EXPECT_TRUE(at::equal(last.places.narrow(1, 1, 5), others.places.narrow(0, 4990, 10)));
}

TEST(Nearest, FarFromTheOriginDistancesKeepTheirDigits) {
  const auto all = points(50, 3) + 4096.0F;
  expect_nearest(nearest_others(all, 5), all, all, 5, true);
}

TEST(Distinct, EqualRowsAreOneWhateverOrderTheyComeIn) {
  const auto rows = points(6, 3).index_select(0, at::tensor({0, 1, 2, 1, 3, 0, 4, 1}, at::kLong));
  const auto found = distinct_rows(rows);
  EXPECT_EQ(found.first.size(0), 5);
  EXPECT_TRUE(at::equal(rows.index_select(0, found.first).index_select(0, found.kind), rows));
  const auto shuffled = rows.index_select(0, at::tensor({7, 3, 6, 0, 2, 5, 1, 4}, at::kLong));
  EXPECT_TRUE(at::equal(rows.index_select(0, found.first),
                        shuffled.index_select(0, distinct_rows(shuffled).first)));
}

TEST(Distinct, TheSignOfAZeroMakesNoDifference) {
  EXPECT_EQ(distinct_rows(at::tensor({0.0F, -0.0F, 1.0F}).unsqueeze(1)).first.size(0), 2);
}

TEST(Distinct, OneRowAndNoneAreFine) {
  EXPECT_THAT(whole(distinct_rows(points(1, 3)).kind), ElementsAre(0));
  EXPECT_EQ(distinct_rows(points(0, 3)).first.size(0), 0);
}

}  // namespace
}  // namespace label_propagation
