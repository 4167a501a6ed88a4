// SPDX-License-Identifier: Apache-2.0
// begin(), prepare() and refresh() take no gradients, and the last two find modules in evaluation
// mode.
#include "host/trainer/pool_begin.hpp"

#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "tests/host/trainer/toy_run.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

/// Notes, in each call, whether gradients are taken and whether the network trains.
class Noting final : public Method {
 public:
  std::vector<Phase> phases(const Task&) const override { return plan; }
  void build(Build& build) override {
    net = build.backbone("net");
    frozen = build.backbone("frozen");
    adam = build.optimizer("adam", {&*net}, {});
  }
  void begin(Begin& b) override {
    note("begin", b);
    frozen->eval();
  }
  void prepare(Begin& b) override { note("prepare", b); }
  void refresh(Begin& b) override { note("refresh", b); }
  void step(Step& s) override {
    note("step");
    const auto statistics = s.record_statistics(*net);
    s.update(adam, cross_entropy(net(s.labeled({}).images), s.labeled({}).labels));
  }
  Tensor predict(const Tensor& images) override { return net(images); }

  void note(const std::string& call) {
    notes.push_back(call + (at::GradMode::is_enabled() ? " gradients" : "") +
                    (net->is_training() ? " training" : "") +
                    (frozen->is_training() ? " unfrozen" : ""));
  }
  void note(const std::string& call, Begin& b) {
    note(call);
    {
      const auto asked = b.train(*net);
      const auto same = b.train(*frozen);
      note(call + " asked");
      const auto inner = b.evaluate(*net);
      note(call + " evaluating");
    }
    note(call + " after");
  }

  std::vector<Phase> plan = {{.name = "train",
                              .iterations = 1,
                              .streams = {{.pool = Pool::labeled, .batch = 4}},
                              .refresh_every = 1}};
  std::vector<std::string> notes;
  Network net, frozen;
  Optimizer adam;
};

TEST(PoolBegin, TakesNoGradientsUnlessAskedAndLeavesFlagsAsTheyWere) {
  const auto data = testing::toy_data();
  Registry registry(data.task, "mlp-4", 1);
  Noting method;
  method.build(registry);
  Settings settings;
  Events events;
  const auto phases = method.plan;
  Trainer(method, "toy", phases, data, registry, settings, events, events.stop).run();
  EXPECT_THAT(method.notes,
              ::testing::ElementsAre(
                  "begin training unfrozen", "begin asked gradients training unfrozen",
                  "begin evaluating gradients unfrozen", "begin after training unfrozen",  //
                  "prepare", "prepare asked gradients training", "prepare evaluating gradients",
                  "prepare after",  //
                  "refresh", "refresh asked gradients training", "refresh evaluating gradients",
                  "refresh after", "step gradients training"));
  EXPECT_TRUE(at::GradMode::is_enabled());
}

TEST(PoolBegin, GivesNoMoreThanThereIs) {
  const auto data = testing::toy_data();
  Registry registry(data.task, "mlp-4", 1);
  const Phase phase;
  const PoolBegin begin(phase, 0, data, registry, PoolBegin::Modules::as_they_are);
  const auto all = begin.size(Pool::unlabeled);
  EXPECT_EQ(begin.images(Pool::unlabeled, 0, all).size(0), all);
  for (const auto& [first, count] : {std::pair(int64_t{0}, all + 1), {all, int64_t{1}}, {-1, 2}})
    expect_failure(ExitCode::plugin, ::testing::HasSubstr("Begin::images"),
                   [&] { begin.images(Pool::unlabeled, first, count); });
}

}  // namespace
}  // namespace sslhost::host
