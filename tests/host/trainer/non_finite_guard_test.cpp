// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/non_finite_guard.hpp"

#include <limits>

#include <gtest/gtest.h>

#include <ATen/Functions.h>

namespace sslhost::host {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN(),
                 kInfinity = std::numeric_limits<double>::infinity();

Tensor number(int64_t iteration) { return at::full({}, iteration, at::kLong); }

/// float32 on a CPU is read directly; every other type and device goes through operators.
class NonFiniteGuards : public testing::TestWithParam<at::ScalarType> {
 protected:
  void check(double value, const char* term, int64_t iteration) {
    guard.check(at::full({}, value, GetParam()), term, number(iteration));
  }
  NonFiniteGuard guard{at::kCPU};
};

TEST_P(NonFiniteGuards, FiniteLossesLeaveNoTrace) {
  check(1e30, "a", 0);
  check(-3, "b", 1);
  EXPECT_FALSE(guard.read());
  EXPECT_EQ(guard.found_inf().item<float>(), 0);
}

TEST_P(NonFiniteGuards, NameTheFirstBadTermAndIteration) {
  check(1, "cross_entropy", 70);
  check(2, "vat", 70);
  check(1, "cross_entropy", 71);
  check(kNan, "vat", 71);
  const auto bad = guard.read();
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->iteration, 71);
  EXPECT_EQ(bad->term, "vat");
}

TEST_P(NonFiniteGuards, KeepTheFirstWhateverComesLater) {
  check(kInfinity, "a", 3);
  check(kNan, "b", 4);
  check(1, "a", 5);
  EXPECT_EQ(guard.read()->iteration, 3);
  EXPECT_EQ(guard.read()->term, "a");
  EXPECT_EQ(guard.found_inf().item<float>(), 1) << "no update may follow a bad loss";
}

TEST_P(NonFiniteGuards, CountBothInfinitiesAsBad) {
  check(-kInfinity, "a", 2);
  EXPECT_TRUE(guard.read());
}

TEST_P(NonFiniteGuards, NoteGradientsThatAreNotFinite) {
  const auto large = at::full({70000}, 3e38, GetParam());  // its square, or sum, would overflow
  guard.check_gradients({large, Tensor(), at::empty({0}, GetParam())}, "vat", number(4));
  EXPECT_FALSE(guard.read());
  for (const double value : {kNan, -kInfinity}) {
    NonFiniteGuard fresh(at::kCPU);
    auto bad = large.clone();
    bad[69999] = value;
    fresh.check_gradients({large, bad}, "vat", number(5));
    ASSERT_TRUE(fresh.read()) << value;
    EXPECT_EQ(fresh.read()->term, "gradient of vat");
    EXPECT_EQ(fresh.read()->iteration, 5);
    EXPECT_EQ(fresh.found_inf().item<float>(), 1);
  }
}

TEST_P(NonFiniteGuards, NameTheLossRatherThanTheGradientThatFollows) {
  check(kNan, "vat", 2);
  guard.check_gradients({at::full({3}, kNan, GetParam())}, "vat", number(2));
  EXPECT_EQ(guard.read()->term, "vat");
}

INSTANTIATE_TEST_SUITE_P(Types, NonFiniteGuards, testing::Values(at::kFloat, at::kDouble),
                         [](const auto& type) {
                           return type.param == at::kFloat ? "Direct" : "ByOperators";
                         });

TEST(NonFiniteGuard, RefusesALossThatIsNoScalar) {
  NonFiniteGuard guard(at::kCPU);
  EXPECT_THROW(guard.check(at::ones({2}), "a", number(0)), c10::Error);
}

}  // namespace
}  // namespace sslhost::host
