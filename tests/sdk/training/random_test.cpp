// SPDX-License-Identifier: Apache-2.0
// Tensors of draws: the loops over many elements against the functions of one.
#include "sslhost/training/random.hpp"

#include <vector>

#include <gtest/gtest.h>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include "sdk/src/base/draws.hpp"

namespace sslhost::random {
namespace {

/// All bytes, by FNV-1a.
uint64_t hash_of(const Tensor& tensor) {
  uint64_t hash = 0xcbf29ce484222325;
  const auto* bytes = static_cast<const uint8_t*>(tensor.const_data_ptr());
  for (size_t i = 0; i < tensor.nbytes(); ++i) hash = (hash ^ bytes[i]) * 0x100000001b3;
  return hash;
}

// These tests are compiled for any processor, the loops for several: equal bits of both are equal
// bits of any two machines.
TEST(Draws, AreElementByElementThoseOfTheFunctions) {
  for (const int64_t count : {1, 3, 4, 7, 64, 1001, 65539}) {
    const auto n = normal({count}, 7, at::kCPU), u = uniform({count}, 7, at::kCPU),
               b = bernoulli({count}, 0.3, 7, at::kCPU);
    for (int64_t i = 0; i < count; ++i) {
      const auto w = draws::words(7, static_cast<uint64_t>(i / 4));
      const auto pair = static_cast<size_t>(i % 4 / 2 * 2);
      float both[2];
      draws::normal_pair(w.at[pair], w.at[pair + 1], both, both + 1);
      ASSERT_EQ(n.const_data_ptr<float>()[i], both[i % 2]) << i;
      const float unit = draws::unit(w.at[i % 4]);
      ASSERT_EQ(u.const_data_ptr<float>()[i], unit) << i;
      ASSERT_EQ(b.const_data_ptr<float>()[i], unit < 0.3F ? 1 : 0) << i;
    }
  }
}

TEST(Draws, AreTheSameForAllTime) {
  EXPECT_EQ(hash_of(normal({100, 101}, 1, at::kCPU)), 0x1b8298f007b57044U);
  EXPECT_EQ(hash_of(uniform({100, 101}, 1, at::kCPU)), 0xbb1b93a1b438b28eU);
  EXPECT_EQ(hash_of(dropout_mask({100, 101}, 0.5, 1, at::kCPU)), 0xe2d75775b08c2ba5U);
  EXPECT_EQ(hash_of(beta({1000}, 0.5, 2, 1, at::kCPU)), 0x2a0a7aea40919ad3U);
}

TEST(Draws, DependOnNoNumberOfThreads) {
  const int threads = at::get_num_threads();
  std::vector<uint64_t> hashes;
  for (const int some : {1, 2, 3}) {
    at::set_num_threads(some);
    hashes.push_back(hash_of(normal({400, 301}, 5, at::kCPU)));
  }
  at::set_num_threads(threads);
  EXPECT_EQ(hashes[0], hashes[1]);
  EXPECT_EQ(hashes[0], hashes[2]);
}

TEST(Draws, ReadTheIterationFromItsTensor) {
  const auto iteration = at::full({}, 3, at::kLong);
  const auto key = Key::at(11, iteration, 3).mixed(5);
  const auto third = normal({8}, key, at::kCPU);
  EXPECT_TRUE(at::equal(third, normal({8}, mix(mix(11, 3), 5), at::kCPU)));
  iteration.fill_(4);
  EXPECT_TRUE(at::equal(normal({8}, key, at::kCPU), normal({8}, mix(mix(11, 4), 5), at::kCPU)));
}

TEST(Draws, RefuseADeviceWithoutTheirOperators) {
  EXPECT_THROW(normal({8}, 1, at::kMeta), c10::Error);
}

}  // namespace
}  // namespace sslhost::random
