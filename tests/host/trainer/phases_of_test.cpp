// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/phases_of.hpp"

#include <functional>

#include <gmock/gmock.h>

#include "tests/host/trainer/toy_run.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;

/// Answers with another plan the second time.
class Undecided final : public Method {
 public:
  std::vector<Phase> phases(const Task&) const override { return asked++ == 0 ? first : second; }
  void build(Build&) override {}
  void step(Step&) override {}
  std::vector<Phase> first, second;
  mutable int asked = 0;
};

std::string refusal(const std::vector<Phase>& first, const std::vector<Phase>& second) {
  Undecided method;
  method.first = first;
  method.second = second;
  return failure_text(ExitCode::plugin, [&] { phases_of(method, "toy", Task{}); });
}

TEST(PhasesOf, AMethodHasAtLeastOne) {
  EXPECT_THAT(refusal({}, {}), HasSubstr("method toy, phases(): expected at least one phase"));
}

TEST(PhasesOf, EachHasANameOfItsOwn) {
  const std::vector<Phase> twice = {Toy::phase("train", 4), Toy::phase("train", 6)};
  EXPECT_THAT(refusal(twice, twice), HasSubstr("'train' twice"));
}

TEST(PhasesOf, TheAnswerIsTheSameWheneverAsked) {
  const auto phase = Toy::phase("train", 4);
  const auto changed = [&](const std::function<void(Phase&)>& change) {
    auto other = phase;
    change(other);
    return refusal({phase}, {other});
  };
  EXPECT_THAT(changed([](Phase& p) { p.iterations = 5; }),
              HasSubstr("phase 'train' of 4 iterations, then of 5; make it depend on options"));
  EXPECT_THAT(changed([](Phase& p) { p.name = "b"; }), HasSubstr("a phase 'train', then 'b'"));
  const std::function<void(Phase&)> streams[] = {
      [](Phase& p) { p.streams.push_back({}); },
      [](Phase& p) { p.streams[0].batch = 7; },
      [](Phase& p) { p.streams[0].pool = Pool::unlabeled; },
      [](Phase& p) { p.streams[0].name = "x"; },
      [](Phase& p) { p.streams[0].index = true; },
      [](Phase& p) { p.streams[0].views = {}; },
      [](Phase& p) { p.streams[0].views[0].augment = Augment::strong; }};
  for (const auto& change : streams)
    EXPECT_THAT(changed(change), HasSubstr("phase 'train' with other streams"));
  const std::function<void(Phase&)> others[] = {[](Phase& p) { p.evaluate = false; },
                                                [](Phase& p) { p.refresh_every = 3; },
                                                [](Phase& p) { p.monitor.patience = 3; }};
  for (const auto& change : others)
    EXPECT_THAT(changed(change), HasSubstr("phase 'train' with another `evaluate`"));
  EXPECT_THAT(refusal({phase}, {}), HasSubstr("1 phases, then 0"));
  Undecided method;
  method.first = method.second = {phase, Toy::phase("second", 2)};
  EXPECT_EQ(phases_of(method, "toy", Task{}).size(), 2U);
  EXPECT_EQ(method.asked, 2);
}

}  // namespace
}  // namespace sslhost::host
