// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/loss_register.hpp"

#include <limits>

#include <gtest/gtest.h>

#include <ATen/Functions.h>

namespace sslhost::host {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN(),
                 kInfinity = std::numeric_limits<double>::infinity();

/// float32 on a CPU is read directly; every other type and device goes through operators.
class LossRegisters : public testing::TestWithParam<at::ScalarType> {
 protected:
  void note(double value, const char* term, int64_t iteration) {
    losses.note(at::full({}, value, GetParam()), term, iteration);
  }
  LossRegister losses{at::kCPU};
};

TEST_P(LossRegisters, FiniteLossesLeaveNoTrace) {
  note(1e30, "a", 0);
  note(-3, "b", 1);
  EXPECT_FALSE(losses.read());
  EXPECT_EQ(losses.skip().item<float>(), 0);
}

TEST_P(LossRegisters, NameTheFirstBadTermAndIteration) {
  note(1, "cross_entropy", 70);
  note(2, "vat", 70);
  note(1, "cross_entropy", 71);
  note(kNan, "vat", 71);
  const auto bad = losses.read();
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->iteration, 71);
  EXPECT_EQ(bad->term, "vat");
}

TEST_P(LossRegisters, KeepTheFirstWhateverComesLater) {
  note(kInfinity, "a", 3);
  note(kNan, "b", 4);
  note(1, "a", 5);
  EXPECT_EQ(losses.read()->iteration, 3);
  EXPECT_EQ(losses.read()->term, "a");
  EXPECT_EQ(losses.skip().item<float>(), 1) << "no update may follow a bad loss";
}

TEST_P(LossRegisters, CountBothInfinitiesAsBad) {
  note(-kInfinity, "a", 2);
  EXPECT_TRUE(losses.read());
}

TEST_P(LossRegisters, NoteGradientsThatAreNotFinite) {
  const auto large = at::full({70000}, 3e38, GetParam());  // its square, or sum, would overflow
  losses.note_gradients({large, Tensor(), at::empty({0}, GetParam())}, "vat", 4);
  EXPECT_FALSE(losses.read());
  for (const double value : {kNan, -kInfinity}) {
    LossRegister fresh(at::kCPU);
    auto bad = large.clone();
    bad[69999] = value;
    fresh.note_gradients({large, bad}, "vat", 5);
    ASSERT_TRUE(fresh.read()) << value;
    EXPECT_EQ(fresh.read()->term, "gradient of vat");
    EXPECT_EQ(fresh.read()->iteration, 5);
    EXPECT_EQ(fresh.skip().item<float>(), 1);
  }
}

TEST_P(LossRegisters, NameTheLossRatherThanTheGradientThatFollows) {
  note(kNan, "vat", 2);
  losses.note_gradients({at::full({3}, kNan, GetParam())}, "vat", 2);
  EXPECT_EQ(losses.read()->term, "vat");
}

INSTANTIATE_TEST_SUITE_P(Types, LossRegisters, testing::Values(at::kFloat, at::kDouble),
                         [](const auto& type) {
                           return type.param == at::kFloat ? "Direct" : "ByOperators";
                         });

TEST(LossRegister, RefusesALossThatIsNoScalar) {
  LossRegister losses(at::kCPU);
  EXPECT_THROW(losses.note(at::ones({2}), "a", 0), c10::Error);
}

}  // namespace
}  // namespace sslhost::host
