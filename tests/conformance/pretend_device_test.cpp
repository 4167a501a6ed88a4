// SPDX-License-Identifier: Apache-2.0
// Runs of every method on a device that the host cannot reach into, from beginning to end: what a
// CUDA card needs of the whole engine. Single steps are the checks `card` and `replay`.
#include "host/device/pretend/pretend_device.hpp"

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "host/device/pretend/graph.hpp"
#include "host/device/pretend/use.hpp"
#include "host/storage/safetensors.hpp"
#include "host/validate/stepper.hpp"
#include "tests/conformance/small_run.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Not;

class OnPretendDevice : public ::testing::TestWithParam<std::string> {
 protected:
  TrainRequest run(OptionTexts more = {}) const {
    more.insert(more.begin(), {"device", "pretend"});
    return small_run(GetParam(), more);
  }
  std::filesystem::path fresh() { return folder / std::to_string(count_++); }
  TemporaryFolder folder;

 private:
  int count_ = 0;
};

TEST_P(OnPretendDevice, ARunWithAllItsPicturesAndAveragesEnds) {
  const auto out = fresh();
  trained_model(run({{"pictures", "true"},
                     {"average", "0.9"},
                     {"validation", "100"},
                     {"select", "best"},
                     {"weak", "shift:1"}}),
                out);
  EXPECT_TRUE(std::filesystem::exists(out / "report.html"));
  const auto images = at::arange(5 * 64).remainder(17).to(at::kByte).view({5, 1, 8, 8});
  const auto there = Classifier::load(out, "pretend", this_build()).predict(images),
             here = Classifier::load(out, "cpu", this_build()).predict(images);
  EXPECT_TRUE(at::allclose(there.cpu(), here, 1e-4, 1e-5));
}

TEST_P(OnPretendDevice, ResumedEqualsUninterrupted) {
  if (!by_iterations(GetParam())) GTEST_SKIP() << GetParam() << " has no iterations";
  const auto model = trained_model(run(), fresh());
  EXPECT_EQ(model, trained_model(run(), fresh())) << "the same seed";
  const auto part = fresh();
  auto request = run({{"out", part.string()}, {"log_every", "1"}});
  StopAt observer(9);
  EXPECT_THROW(train(request, observer), Error);
  Silent silent;
  resume(part, this_build(), silent);
  EXPECT_EQ(model_of(part), model);
}

/// What a user would be told.
struct Told final : Observer {
  void warning(const std::string& text) override { all += text + "\n"; }
  std::string all;
};

TEST_P(OnPretendDevice, ReplayedStepsGiveTheBitsOfMadeOnes) {
  const auto trained = [&](const char* graphs) {
    const auto out = fresh();
    Told told;
    train(run({{"graphs", graphs}, {"average", "0.9"}, {"out", out.string()}, {"log_every", "5"}}),
          told);
    EXPECT_THAT(told.all, Not(HasSubstr("one by one")));
    return std::pair(model_of(out), metrics_of(out));
  };
  const auto made = trained("false");
  const auto before = host::pretend::Graph::replays();
  EXPECT_EQ(trained("true"), made);
  host::Stepper stepper(run());
  const auto phases = stepper.phases();
  const bool promised =
      std::any_of(phases.begin(), phases.end(), [](const Phase& p) { return p.static_step; });
  EXPECT_EQ(host::pretend::Graph::replays() > before, promised);
}

TEST_P(OnPretendDevice, BatchesThatAreReadAheadGiveTheBitsOfResidentOnes) {
  const auto trained = [&](const char* residency) {
    const auto out = fresh();
    Silent silent;
    train(run({{"residency", residency}, {"out", out.string()}, {"log_every", "5"}}), silent);
    return std::pair(model_of(out), metrics_of(out));
  };
  EXPECT_EQ(trained("host"), trained("device"));
}

INSTANTIATE_TEST_SUITE_P(Methods, OnPretendDevice, ::testing::ValuesIn(methods()),
                         [](const auto& method) {
                           auto name = method.param;
                           for (auto& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

at::TensorOptions there() { return at::dtype(at::kFloat).device(host::pretend_device()); }

TEST(PretendDevice, ComputesAsACpuDoes) {
  const auto x = at::arange(12, at::kFloat).view({3, 4}), y = x.to(there());
  EXPECT_TRUE(at::equal((y.matmul(y.t()) + 1).cpu(), x.matmul(x.t()) + 1));
  EXPECT_TRUE(at::equal(y.narrow(1, 1, 2).relu().sum(0).cpu(), x.narrow(1, 1, 2).sum(0)));
  auto leaf = y.clone().requires_grad_();
  (leaf * leaf).sum().backward();
  EXPECT_TRUE(at::equal(leaf.grad().cpu(), 2 * x));
}

TEST(PretendDevice, RefusesWhatACardRefuses) {
  const auto x = at::ones({3, 4}), y = x.to(there());
  EXPECT_THROW(x + y, c10::Error);
  EXPECT_THROW(y.index_select(0, at::zeros({1}, at::kLong)), c10::Error);
  EXPECT_THROW(y.mm(at::ones({4, 2})), c10::Error);
  EXPECT_THROW(at::conv2d(y.view({1, 3, 2, 2}), at::ones({2, 3, 1, 1})), c10::Error);
  EXPECT_NO_THROW(y + at::scalar_tensor(3.0)) << "a number in a CPU tensor is a number";
}

TEST(PretendDeviceDeathTest, TheHostCannotReadItsMemory) {
  const auto y = at::ones({3}, there());
  EXPECT_EXIT(static_cast<void>(*static_cast<const volatile float*>(y.const_data_ptr())),
              ::testing::KilledBySignal(SIGSEGV), "");
}

TEST(PretendDevice, MemoryIsNaNUntilItIsWritten) {
  EXPECT_TRUE(at::empty({5}, there()).cpu().isnan().all().item<bool>());
}

TEST(PretendDevice, CountsOperatorsAndWaitsOfAllThreads) {
  const auto x = at::ones({3}, there()).requires_grad_();
  const host::pretend::Use use;
  const auto loss = x.exp().sum();
  loss.backward();
  EXPECT_EQ(use.asked().operators.at("aten::exp"), 1);
  EXPECT_THAT(use.asked().operators, Contains(Key("aten::mul"))) << "of backward, in its thread";
  EXPECT_THAT(use.asked().waits, IsEmpty());
  loss.item();
  x.detach().nonzero();
  at::ones({3}).to(there());
  EXPECT_THAT(use.asked().waits, ElementsAre(Key("a copy to the device out of pageable memory"),
                                             Key("aten::nonzero"), Key("item()")));
}

TEST(PretendDevice, ACopyOutOfPinnedMemoryIsNoWait) {
  host::pretend_device();
  const auto pinned = at::ones({3}).pin_memory();
  const host::pretend::Use use;
  pinned.to(there(), /*non_blocking=*/true);
  EXPECT_THAT(use.asked().waits, IsEmpty());
}

TEST(PretendDevice, TracesAreEqualWhereOneGraphCouldStandForBoth) {
  const auto x = at::ones({3}, there()), y = at::ones({3}, there());
  const auto traced = [](const auto& step) {
    const host::pretend::Use use;
    step();
    return use.asked().trace;
  };
  const auto once = traced([&] { (x + 1).mul_(2); });
  EXPECT_EQ(traced([&] { (x + 1).mul_(2); }), once);
  EXPECT_NE(traced([&] { (y + 1).mul_(2); }), once) << "memory at another place";
  EXPECT_NE(traced([&] { (x + 1).mul_(3); }), once) << "another number";
  EXPECT_NE(traced([&] { x + 1; }), once);
}

/// Launches of one step, counted where nothing is prepared any more.
int operators_of_a_step(const TrainRequest& request) {
  host::Stepper stepper(request);
  int count = 0;
  stepper.run(6, [&](Method& method, host::WatchedStep& step) {
    const host::pretend::Use use;
    method.step(step);
    count = use.asked().total();
    if (std::getenv("SSLHOST_TEST_LIST"))
      for (const auto& [name, times] : use.asked().operators)
        std::cout << times << ' ' << name << '\n';
  });
  return count;
}

// The published recipe of R1 on digits: launches are time on a card, and a number that grows is
// looked at. PyTorch's eager version makes about 120 of them.
TEST(PretendDevice, AStepOfVatAsksForNoMoreThanItDid) {
  const auto count = operators_of_a_step(small_run("vat", {{"device", "pretend"},
                                                           {"update", "alternating"},
                                                           {"bn_stats", "all"},
                                                           {"batch", "50"},
                                                           {"pass_randomness", "independent"}}));
  EXPECT_GT(count, 60);
  EXPECT_LE(count, 104);
}

}  // namespace
}  // namespace sslhost::testing
