// SPDX-License-Identifier: Apache-2.0
#include "host/data/batch_reader.hpp"

#include <gtest/gtest.h>

#include <ATen/Functions.h>

#include "host/device/pretend/pretend_device.hpp"
#include "tests/support/toy_data.hpp"

namespace sslhost::host {
namespace {

/// A pool of 14 samples, and what a sampler of batches of five says of it.
struct Example {
  RunData data = testing::toy_data();
  const ResidentPool& pool = data.unlabeled;
  Sampler sampler() const { return {pool.size(), 5, 7, c10::kCPU, 0, 5}; }
  void expect(const BatchReader::Read& found, int64_t iteration) const {
    auto own = sampler();
    const auto positions = own.positions(iteration);
    EXPECT_TRUE(at::equal(found.positions, positions)) << iteration;
    const auto rows = pool.rows.index_select(0, positions);
    EXPECT_TRUE(at::equal(found.samples, pool.data.whole().index_select(0, rows))) << iteration;
  }
};

TEST(BatchReader, GivesTheSamplersBatchesAsTheyAreStored) {
  const Example example;
  BatchReader reader(example.pool, example.sampler());
  for (int64_t i = 0; i < 50; ++i) example.expect(reader.read(i), i);
}

TEST(BatchReader, AnyIterationCanBeAskedForAgainOrFirst) {
  const Example example;
  BatchReader reader(example.pool, example.sampler());
  for (const int64_t i : {30, 30, 31, 33, 2, 3, 3, 100, 0, 1}) example.expect(reader.read(i), i);
}

TEST(BatchReader, EndsInTheMiddleOfReading) {
  const Example example;
  for (int i = 0; i < 100; ++i) {
    BatchReader reader(example.pool, example.sampler());
    if (i % 2 == 1) reader.read(i);
  }
}

TEST(BatchReader, WhatFailsWhileReadingFailsWhereItIsAskedFor) {
  const Example example;
  auto pool = example.pool;
  pool.data = pool.data.whole().to(at::kDouble);
  BatchReader reader(pool, example.sampler());
  EXPECT_THROW(reader.read(0), c10::Error);
  EXPECT_THROW(reader.read(1), c10::Error);
}

TEST(SampleStorage, OnTheHostForADeviceGivesItsBatches) {
  const auto device = pretend_device();
  const Example example;
  const auto& samples = example.pool.data.whole();
  const auto there = SampleStorage::on(device, samples, {}),
             here = SampleStorage::on_host_for(device, samples, {});
  EXPECT_TRUE(here.is_elsewhere());
  EXPECT_FALSE(there.is_elsewhere());
  const auto rows = example.pool.rows.to(device);
  for (const auto& scale : {Scale(1.0 / 255), Scale(1.0 / 255, {0.5f}, {0.2f}, 1, device)}) {
    const auto found = gather(here, rows, scale);
    EXPECT_EQ(found.device(), device);
    EXPECT_TRUE(at::equal(found.cpu(), gather(there, rows, scale).cpu()));
  }
  EXPECT_TRUE(here.stored(example.pool.rows).is_pinned());
  EXPECT_FALSE(SampleStorage::on_host_for(c10::kCPU, samples, {}).is_elsewhere());
}

TEST(SampleStorage, RowsOfPagesAreCopiedWhole) {
  const auto samples =
      at::arange(6 * 3 * 70 * 70).remainder(251).to(at::kByte).view({6, 3, 70, 70});
  const auto first = samples.narrow(0, 0, 4), second = samples.narrow(0, 4, 2);
  const auto rows = at::tensor({5, 0, 3, 3}, at::kLong);
  EXPECT_TRUE(at::equal(SampleStorage::on_host_for(c10::kCPU, first, second).stored(rows),
                        samples.index_select(0, rows)));
}

}  // namespace
}  // namespace sslhost::host
