// SPDX-License-Identifier: Apache-2.0
// Methods that use unlabeled images, ignore them or never read them, as the trainer meets them.
#include <functional>
#include <vector>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "sslhost/training/losses.hpp"

#include "host/trainer/trainer.hpp"
#include "tests/support/toy_data.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Cross entropy plus what a test makes of the unlabeled batch.
class Consumer final : public Method {
 public:
  using Term = std::function<Tensor(Step&, Network&)>;
  explicit Consumer(Term term) : term_(std::move(term)) {}
  std::vector<Phase> phases(const Task&) const override {
    return {{.name = "train",
             .iterations = 40,
             .streams = {{.pool = Pool::labeled, .batch = 4},
                         {.name = "real", .pool = Pool::unlabeled, .batch = 5}},
             .evaluate = false}};
  }
  void build(Build& build) override {
    net_ = build.backbone("net", {.batch_norm = false});
    adam_ = build.optimizer("adam", {&*net_}, {});
  }
  void step(Step& s) override {
    const auto [x, y] = s.labeled();
    s.update(adam_, cross_entropy(net_(x), y) + term_(s, net_));
  }
  Tensor predict(const Tensor& images) override { return net_(images); }

 private:
  Term term_;
  Network net_;
  Optimizer adam_;
};

struct Warnings final : TrainerEvents {
  void metrics(const MetricsRow&, const Position&, int64_t) override {}
  void checkpoint(const Checkpoint&) override {}
  void warning(const std::string& text) override { texts.push_back(text); }
  std::vector<std::string> texts;
};

std::vector<std::string> warnings_of(const Consumer::Term& term) {
  const auto data = testing::toy_data();
  Registry registry(data.task, "mlp-4", 1);
  Consumer method(term);
  method.build(registry);
  Settings settings;
  settings.log_every = 10;
  Warnings events;
  const std::atomic<bool> stop = false;
  const auto phases = method.phases(data.task);
  Trainer(method, "toy", phases, data, registry, settings, events, stop).run();
  return events.texts;
}

Tensor flatness(Step& s, Network& net) { return entropy(net(s.unlabeled())); }

TEST(UnlabeledGradientCheck, AMethodThatLearnsFromItsImagesIsNotWarnedOf) {
  EXPECT_THAT(warnings_of(flatness), IsEmpty());
}

TEST(UnlabeledGradientCheck, ImagesThatGiveNoGradientAreReported) {
  const auto ignored = [](Step& s, Network& net) { return 0 * flatness(s, net).detach(); };
  EXPECT_THAT(warnings_of(ignored),
              ElementsAre(AllOf(HasSubstr("method toy, phase 'train'"),
                                HasSubstr("gave no gradient"), HasSubstr("from 1 to 19"))));
}

TEST(UnlabeledGradientCheck, AStreamThatIsNeverReadIsNamedOnce) {
  const auto unread = [](Step&, Network&) { return at::zeros({}, at::kFloat); };
  EXPECT_THAT(warnings_of(unread), ElementsAre(HasSubstr("'real' and does not read it")));
}

TEST(UnlabeledGradientCheck, AWeightThatRisesFromZeroIsNoDefect) {
  const auto ramped = [](Step& s, Network& net) { return s.progress() * flatness(s, net); };
  EXPECT_THAT(warnings_of(ramped), IsEmpty());
}

TEST(UnlabeledGradientCheck, ATermThatWaitsForATenthOfThePhaseIsNoDefect) {
  const auto late = [](Step& s, Network& net) { return (s.progress() > 0.15) * flatness(s, net); };
  EXPECT_THAT(warnings_of(late), IsEmpty());
}

TEST(UnlabeledGradientCheck, ATermThatGoesSilentLaterIsReportedThen) {
  const auto fading = [](Step& s, Network& net) { return (s.progress() < 0.2) * flatness(s, net); };
  const auto texts = warnings_of(fading);
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_THAT(texts[0], HasSubstr("gave no gradient"));
}

/// One step's gradients with and without a check.
TEST(UnlabeledGradientCheck, LookingChangesNoGradient) {
  const auto data = testing::toy_data();
  const auto trained = [&](bool looks) {
    Registry registry(data.task, "mlp-4", 1);
    Consumer method(flatness);
    method.build(registry);
    registry.training_mode(true);
    const auto phase = method.phases(data.task)[0];
    NonFiniteGuard losses(at::kCPU);
    MeanLog log(at::kCPU);
    TrainingStep step(phase, data, registry, losses, log, 3);
    UnlabeledGradientCheck check(phase, at::kCPU);
    for (int64_t i = 0; i < 3; ++i) {
      registry.begin_iteration(i, 3);
      check.begin_iteration(i);
      EXPECT_TRUE(check.is_on());
      step.begin_iteration(i, looks ? &check : nullptr);
      method.step(step);
      step.end_iteration();
    }
    return registry.tensors();
  };
  const auto plain = trained(false), looked_at = trained(true);
  for (size_t i = 0; i < plain.size(); ++i)
    EXPECT_TRUE(at::equal(plain[i].second, looked_at[i].second)) << plain[i].first;
}

TEST(UnlabeledGradientCheck, LooksAtTheBeginningAndOnceInEveryTenth) {
  const Phase phase{.iterations = 100, .streams = {{.pool = Pool::unlabeled, .batch = 1}}};
  UnlabeledGradientCheck check(phase, at::kCPU);
  std::vector<int64_t> looked_at;
  for (int64_t i = 0; i < 30; ++i) {
    check.begin_iteration(i);
    if (check.is_on()) looked_at.push_back(i);
  }
  EXPECT_THAT(looked_at, ElementsAre(0, 1, 2, 5, 15, 25));
}

TEST(UnlabeledGradientCheck, AskingTwiceGivesTheSameTensor) {
  const Phase phase{.iterations = 1, .streams = {{.pool = Pool::unlabeled, .batch = 1}}};
  UnlabeledGradientCheck check(phase, at::kCPU);
  check.begin_iteration(0);
  const auto images = at::ones({1, 1, 2, 2});
  const auto& stream = phase.streams[0];
  EXPECT_TRUE(check.watched(stream, images).is_same(check.watched(stream, images)));
  EXPECT_EQ(check.images().size(), 1U);
}

}  // namespace
}  // namespace sslhost::host
