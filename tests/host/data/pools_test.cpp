// SPDX-License-Identifier: Apache-2.0
#include "host/data/pools.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include <ATen/Functions.h>

#include "host/data/sampler.hpp"

namespace sslhost::host {
namespace {

using Ids = std::vector<int64_t>;

Ids batch_at(Sampler& sampler, int64_t iteration) {
  const auto positions = sampler.positions(iteration).contiguous();
  return {positions.const_data_ptr<int64_t>(),
          positions.const_data_ptr<int64_t>() + positions.numel()};
}

/// The samples of iterations [0, count), one after the other.
Ids drawn(Sampler& sampler, int64_t count) {
  Ids all;
  for (int64_t i = 0; i < count; ++i)
    for (const auto id : batch_at(sampler, i)) all.push_back(id);
  return all;
}

void expect_each_once(const Ids& ids, size_t first, size_t count) {
  Ids part(ids.begin() + static_cast<std::ptrdiff_t>(first),
           ids.begin() + static_cast<std::ptrdiff_t>(first + count));
  std::sort(part.begin(), part.end());
  Ids expected(count);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(part, expected) << "samples " << first << " to " << first + count;
}

TEST(Sampler, EveryPassOverThePoolTakesEachSampleOnce) {
  Sampler sampler(10, 4, 7, at::kCPU, 0, 4);  // batches cross the ends of passes
  const auto ids = drawn(sampler, 10);
  for (size_t pass = 0; pass < 4; ++pass) expect_each_once(ids, 10 * pass, 10);
  EXPECT_NE(Ids(ids.begin(), ids.begin() + 10), Ids(ids.begin() + 10, ids.begin() + 20))
      << "shuffled anew";
}

TEST(Sampler, ABatchLargerThanThePoolSpansSeveralPasses) {
  Sampler sampler(3, 10, 7, at::kCPU, 0, 10);
  const auto ids = drawn(sampler, 3);
  ASSERT_EQ(ids.size(), 30U);
  for (size_t pass = 0; pass < 10; ++pass) expect_each_once(ids, 3 * pass, 3);
}

TEST(Sampler, AnIterationsBatchDoesNotDependOnHowItIsReached) {
  Sampler forwards(10, 4, 7, at::kCPU, 0, 4), backwards(10, 4, 7, at::kCPU, 0, 4);
  std::vector<Ids> expected;
  for (int64_t i = 0; i < 12; ++i) expected.push_back(batch_at(forwards, i));
  for (int64_t i = 11; i >= 0; --i)
    EXPECT_EQ(batch_at(backwards, i), expected[static_cast<size_t>(i)]) << i;
  Sampler jumping(10, 4, 7, at::kCPU, 0, 4);
  EXPECT_EQ(batch_at(jumping, 9), expected[9]);
}

TEST(Sampler, OtherKeysGiveOtherOrders) {
  Sampler a(100, 100, 7, at::kCPU, 0, 100), b(100, 100, 8, at::kCPU, 0, 100);
  EXPECT_NE(batch_at(a, 0), batch_at(b, 0));
}

TEST(Sampler, EmptyPoolsAndBatchesAreRefused) {
  EXPECT_THROW(Sampler(0, 1, 7, at::kCPU, 0, 1), c10::Error);
  EXPECT_THROW(Sampler(1, 0, 7, at::kCPU, 0, 0), c10::Error);
}

TEST(Gather, TakesRowsOfBytesAndScalesThem) {
  const auto data = at::arange(240, at::kLong).remainder(256).to(at::kByte).view({20, 1, 3, 4});
  const auto rows = at::arange(19, -1, -3, at::kLong);
  const auto expected = data.index_select(0, rows).to(at::kFloat).mul(1.0f / 255);
  const auto found = gather(data, rows, 1.0 / 255);
  EXPECT_EQ(found.scalar_type(), at::kFloat);
  EXPECT_TRUE(at::equal(found, expected));
}

TEST(Gather, TakesRowsOfFeatures) {
  const auto data = at::linspace(-1, 1, 60).view({20, 3, 1, 1});
  const auto rows = at::arange(0, 20, 4, at::kLong);
  EXPECT_TRUE(at::equal(gather(data, rows, 1), data.index_select(0, rows)));
}

TEST(Gather, NoRowsGiveAnEmptyBatch) {
  EXPECT_EQ(gather(at::zeros({5, 1, 2, 2}), at::empty({0}, at::kLong), 1).sizes(),
            (std::vector<int64_t>{0, 1, 2, 2}));
}

// Otherwise a write of the host's own would be taken for the method's.
void expect_version_zero(c10::Device device) {
  const auto data = at::zeros({20, 1, 3, 4}, at::dtype(at::kByte).device(device));
  const auto batch = gather(data, at::zeros({4}, at::dtype(at::kLong).device(device)), 1.0 / 255);
  EXPECT_EQ(batch.scalar_type(), at::kFloat);
  EXPECT_EQ(batch._version(), 0);
}

TEST(Gather, GivesBatchesAtVersionZero) { expect_version_zero(at::kCPU); }

TEST(Gather, GivesBatchesAtVersionZeroOnAGpu) {
  if (!at::hasCUDA()) GTEST_SKIP() << "no CUDA device on this machine";
  expect_version_zero(at::Device(at::kCUDA, 0));
}

TEST(Gather, OtherTypesAreRefused) {
  EXPECT_THROW(gather(at::zeros({2, 1}, at::kLong), at::zeros({1}, at::kLong), 1), c10::Error);
}

}  // namespace
}  // namespace sslhost::host
