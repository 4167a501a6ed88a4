// SPDX-License-Identifier: Apache-2.0
#include "host/engine/choose_residency.hpp"

#include <gmock/gmock.h>

#include "host/device/pretend/pretend_device.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kGB = 1'000'000'000;
const c10::Device kCard(c10::kCUDA, 0);

TEST(Residency, IsTheDeviceWhereSamplesTakeAtMostHalfOfIt) {
  for (const auto device : {c10::Device(c10::kCPU), kCard}) {
    const auto fits = choose_residency(Residency::automatic, 5 * kGB, device, 10 * kGB);
    EXPECT_EQ(fits.residency, Residency::device);
    EXPECT_THAT(fits.note, IsEmpty());
    const auto more = choose_residency(Residency::automatic, 6 * kGB, device, 10 * kGB);
    EXPECT_EQ(more.residency, Residency::host);
    EXPECT_THAT(more.note, AllOf(HasSubstr("6.0 GB"), HasSubstr("10 GB"), HasSubstr(device.str()),
                                 HasSubstr("--residency")));
  }
}

TEST(Residency, IsWhatWasAskedForWithoutAWord) {
  for (const auto asked : {Residency::device, Residency::host}) {
    const auto chosen = choose_residency(asked, 100 * kGB, kCard, kGB);
    EXPECT_EQ(chosen.residency, asked);
    EXPECT_THAT(chosen.note, IsEmpty());
  }
}

TEST(Residency, KnowsWhatIsFree) {
  EXPECT_GT(free_bytes(c10::kCPU), 0);
  EXPECT_GT(free_bytes(pretend_device()), 1000 * kGB);
}

}  // namespace
}  // namespace sslhost::host
