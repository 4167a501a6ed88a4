// SPDX-License-Identifier: Apache-2.0
#include "host/device/cards.hpp"

#include <gtest/gtest.h>

#include <ATen/Functions.h>
#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/HashStore.hpp>

#include "host/device/device.hpp"

namespace sslhost::host {
namespace {

/// All that one card can tell of NCCL: that it is reached, and adds one rank's numbers to none.
TEST(Cards, OneRankAloneHasItsOwnSum) {
  if (const auto why = why_unusable(0)) GTEST_SKIP() << *why;
  const auto card = choose_device("cuda");
  const auto group = cards()->join(c10::make_intrusive<c10d::HashStore>(), 0, 1,
                                   std::chrono::milliseconds(30'000));
  std::vector<at::Tensor> numbers = {at::arange(5, at::dtype(at::kDouble).device(card))};
  group->allreduce(numbers)->wait();
  EXPECT_TRUE(at::equal(numbers[0].cpu(), at::arange(5, at::kDouble)));
}

}  // namespace
}  // namespace sslhost::host
