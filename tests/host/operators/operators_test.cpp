// SPDX-License-Identifier: Apache-2.0
#include "host/operators/operators.hpp"

#include <limits>

#include <gtest/gtest.h>

#include <ATen/Functions.h>

#include "host/device/device.hpp"
#include "host/device/pretend/use.hpp"

namespace sslhost::host::operators {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// On each device that this machine has, and on the pretend one.
class Operators : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() != "cuda") return;
    if (const auto why = why_unusable(0)) GTEST_SKIP() << *why;
  }
  c10::Device device() const { return choose_device(GetParam()); }
  at::TensorOptions floats() const { return at::dtype(at::kFloat).device(device()); }
  Tensor number(int64_t n) const { return at::full({}, n, floats().dtype(at::kLong)); }
  Tensor flag(float on) const { return at::full({}, on, floats()); }
};

TEST_P(Operators, NoteTheSmallestCodeOfWhatIsNotFinite) {
  const NonFinite state{number(-1), flag(0)};
  const auto good = at::ones({70001}, floats()), bad = good.clone();
  bad.select(0, 70000).fill_(kNan);
  note_finite(state, {good, Tensor(), good.view({1, 70001})}, number(4), 2);
  EXPECT_EQ(state.first.item<int64_t>(), -1);
  EXPECT_EQ(state.found_inf.item<float>(), 0);
  note_finite(state, {good, bad}, number(5), 2);
  EXPECT_EQ(state.first.item<int64_t>(), code_of(5, 2));
  EXPECT_EQ(state.found_inf.item<float>(), 1);
  note_finite(state, {bad}, number(5), 3);
  note_finite(state, {good}, number(6), 1);
  EXPECT_EQ(state.first.item<int64_t>(), code_of(5, 2)) << "the first counts";
  note_finite(state, {bad}, number(5), 1);
  EXPECT_EQ(state.first.item<int64_t>(), code_of(5, 1));
  EXPECT_EQ(state.found_inf.item<float>(), 1);
}

TEST_P(Operators, NoteWhatIsNotFiniteInAnyTypeAndLayout) {
  const auto bad_at = [&](Tensor values) {
    const NonFinite state{number(-1), flag(0)};
    note_finite(state, {values}, number(0), 0);
    EXPECT_EQ(state.found_inf.item<float>(), 0) << values.sizes();
    values.select(0, 1).fill_(kNan);
    note_finite(state, {values}, number(0), 0);
    EXPECT_EQ(state.found_inf.item<float>(), 1) << values.sizes();
  };
  bad_at(at::full({2, 3}, 1e300, floats().dtype(at::kDouble)));
  bad_at(at::ones({2, 3}, floats().dtype(at::kHalf)));
  bad_at(at::ones({3, 2}, floats()).t());
  bad_at(at::ones({2, 6}, floats()).slice(1, 0, 6, 2));
}

TEST_P(Operators, NoteManyTensorsAtOnce) {
  const NonFinite state{number(-1), flag(0)};
  std::vector<Tensor> many(250, at::ones({3}, floats()));
  note_finite(state, many, number(0), 0);
  EXPECT_EQ(state.found_inf.item<float>(), 0);
  many.back() = at::full({3}, kNan, floats());
  note_finite(state, many, number(0), 0);
  EXPECT_EQ(state.found_inf.item<float>(), 1);
}

TEST_P(Operators, CountStepsUnlessSomethingWasNotFinite) {
  const auto many = at::zeros({5}, floats()), one = at::full({}, 7, floats());
  count_steps({many, one}, flag(0));
  count_steps({many}, flag(1));
  EXPECT_TRUE(at::equal(many.cpu(), at::ones({5})));
  EXPECT_EQ(one.item<float>(), 8);
}

TEST_P(Operators, AddToMeansOfScalarsAndVectors) {
  const auto sums = at::zeros({2}, floats().dtype(at::kDouble)),
             wide = at::zeros({2, 3}, floats().dtype(at::kDouble));
  for (const double value : {0.25, 0.5})
    add_to_mean(sums, at::full({}, value, floats().dtype(at::kDouble)));
  add_to_mean(wide, at::arange(3, floats()));
  add_to_mean(at::zeros({2, 0}, floats().dtype(at::kDouble)), at::zeros({0}, floats()));
  EXPECT_TRUE(at::equal(sums.cpu(), at::tensor({0.75, 2.0}, at::kDouble)));
  EXPECT_TRUE(
      at::equal(wide.cpu(), at::tensor({0., 1., 2., 1., 1., 1.}, at::kDouble).view({2, 3})));
}

TEST_P(Operators, SettleRemembersOrPutsBack) {
  const auto whole = at::full({4}, 3, floats()), count = number(9);
  const auto old_whole = at::zeros({4}, floats()), old_count = number(0);
  settle({whole, count}, {old_whole, old_count}, flag(0));
  EXPECT_TRUE(at::equal(old_whole.cpu(), at::full({4}, 3.0F)));
  EXPECT_EQ(old_count.item<int64_t>(), 9);
  whole.fill_(kNan);
  count.fill_(10);
  settle({whole, count}, {old_whole, old_count}, flag(1));
  EXPECT_TRUE(at::equal(whole.cpu(), at::full({4}, 3.0F)));
  EXPECT_EQ(count.item<int64_t>(), 9);
}

TEST_P(Operators, GatherScalesAndNormalizes) {
  const auto bytes = at::arange(48, at::kByte).view({4, 2, 2, 3}),
             rows = at::tensor({3, 0, 3}, at::kLong);
  const auto mean = at::tensor({0.5F, 1.0F}).view({2, 1, 1}),
             std = at::tensor({2.0F, 4.0F}).view({2, 1, 1});
  for (const auto type : {at::kByte, at::kFloat}) {
    const auto data = bytes.to(type);
    const auto plain = data.index_select(0, rows).to(at::kFloat).mul(0.1F);
    const auto here = [&](const Tensor& t) { return t.to(device()); };
    EXPECT_TRUE(at::equal(gather(here(data), here(rows), 0.1, {}, {}).cpu(), plain));
    EXPECT_TRUE(at::allclose(gather(here(data), here(rows), 0.1, here(mean), here(std)).cpu(),
                             plain.sub(mean).div(std), 1e-6, 1e-7));
  }
}

TEST_P(Operators, AreOneLaunchEachAndWaitForNothing) {
  if (GetParam() != "pretend") GTEST_SKIP() << "the pretend device counts";
  const NonFinite state{number(-1), flag(0)};
  const auto x = at::ones({3}, floats()), sums = at::zeros({2}, floats().dtype(at::kDouble));
  const pretend::Use use;
  note_finite(state, {x, x}, state.first, 0);
  count_steps({x}, state.found_inf);
  add_to_mean(sums, state.found_inf);
  settle({x}, {x}, state.found_inf);
  EXPECT_EQ(use.asked().total(), 4);
  EXPECT_TRUE(use.asked().waits.empty());
}

INSTANTIATE_TEST_SUITE_P(Devices, Operators, ::testing::Values("cpu", "pretend", "cuda"),
                         [](const auto& device) { return device.param; });

}  // namespace
}  // namespace sslhost::host::operators
