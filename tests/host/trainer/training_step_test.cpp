// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/training_step.hpp"

#include <limits>
#include <optional>
#include <vector>

#include <gmock/gmock.h>

#include <ATen/Functions.h>
#include <torch/csrc/autograd/autograd.h>

#include "sslhost/error.hpp"
#include "sslhost/training/losses.hpp"

#include "host/data/augment/augment.hpp"
#include "tests/host/trainer/steps.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST_F(Steps, BatchesAreNormalisedSamplesOfTheirPool) {
  const auto positions = step.index({.stream = "more"});
  const auto rows = data.unlabeled.rows.index_select(0, positions);
  const auto expected =
      data.unlabeled.data.whole().index_select(0, rows).to(at::kFloat) * (1.0 / 255);
  EXPECT_TRUE(at::allclose(step.unlabeled({.stream = "more"}), expected));
  const auto [x, y] = step.labeled({});
  EXPECT_EQ(x.sizes(), (std::vector<int64_t>{4, 1, 2, 3}));
  EXPECT_EQ(y.sizes(), (std::vector<int64_t>{4}));
}

TEST_F(Steps, AskingTwiceGivesTheSameTensors) {
  EXPECT_TRUE(step.labeled({}).images.is_same(step.labeled({}).images));
  const auto first = step.unlabeled({.stream = "real"});
  EXPECT_TRUE(first.is_same(step.unlabeled({.stream = "real"})));
  at(1);
  EXPECT_FALSE(at::equal(first, step.unlabeled({.stream = "real"})));
}

TEST_F(Steps, TwoStreamsOfOnePoolAreIndependent) {
  EXPECT_FALSE(at::equal(step.unlabeled({.stream = "real"}), step.unlabeled({.stream = "more"})));
}

TEST_F(Steps, WhatWasNotDeclaredCannotBeReached) {
  EXPECT_THAT(refusal([&] { step.unlabeled({}); }), HasSubstr("several are declared"));
  EXPECT_THAT(refusal([&] { step.unlabeled({.stream = "fake"}); }), HasSubstr("'fake'"));
  EXPECT_THAT(refusal([&] { step.labeled({.stream = "real"}); }), HasSubstr("labeled stream"));
  EXPECT_THAT(refusal([&] { step.labeled({.view = "strong"}); }), HasSubstr("strong"));
  EXPECT_THAT(refusal([&] { step.index({.stream = "real"}); }), HasSubstr("index = true"));
}

TEST_F(Steps, AnIndexOfSeveralStreamsNeedsAName) {
  phase.streams[0].index = true;
  EXPECT_THAT(refusal([&] { step.index({}); }), HasSubstr("several are declared"));
  EXPECT_EQ(step.index({.stream = "more"}).numel(), 5);
}

/// Three views of one unlabeled stream, and another stream of the same pool; a step at iteration 0.
class Views : public Steps {
 protected:
  Views() { set("flip shift:1", "noise:0.1 flip"); }
  void set(const std::string& weak, const std::string& strong) {
    data.weak = fit(parse_augmentation("weak", weak), {1, 2, 3});
    data.strong = fit(parse_augmentation("strong", strong), {1, 2, 3});
    views.emplace(viewed, data, registry, losses, log, 3);
    views->begin_iteration(0);
  }
  Tensor view(std::string_view name, std::string_view stream = "real") {
    return views->unlabeled({.view = name, .stream = stream});
  }

  const std::vector<View> all{
      {"a", Augment::weak}, {"b", Augment::weak}, {"s", Augment::strong}, {"plain", Augment::none}};
  Phase viewed{
      .name = "train",
      .iterations = 10,
      .streams = {
          {.pool = Pool::labeled, .batch = 4},
          {.name = "real", .pool = Pool::unlabeled, .batch = 5, .views = all, .index = true},
          {.name = "more", .pool = Pool::unlabeled, .batch = 5, .views = all}}};
  std::optional<TrainingStep> views;
};

TEST_F(Views, OfOneStreamShowTheSameSamplesWithDrawsOfTheirOwn) {
  const auto rows = data.unlabeled.rows.index_select(0, views->index({}));
  EXPECT_TRUE(at::equal(view("plain"), gather(data.unlabeled.data, rows, 1.0 / 255)));
  EXPECT_FALSE(at::equal(view("a"), view("b")));
  EXPECT_FALSE(at::equal(view("a"), view("plain")));
  EXPECT_TRUE(view("a").is_same(view("a")));
  set("none", "noise:0.001");
  EXPECT_TRUE(at::equal(view("a"), view("plain")));
  EXPECT_LT((view("s") - view("plain")).abs().max().item<double>(), 0.01) << "the same samples";
}

TEST_F(Views, AreTheSameWhateverWasAskedBefore) {
  const auto a = view("a"), s = view("s");
  const auto first = views->labeled({}).images;
  views->begin_iteration(7);
  EXPECT_FALSE(at::equal(view("a"), a));
  views->begin_iteration(0);
  EXPECT_TRUE(at::equal(views->labeled({}).images, first));
  EXPECT_TRUE(at::equal(view("s"), s));
  EXPECT_TRUE(at::equal(view("a"), a));
  EXPECT_FALSE(at::equal(view("s", "more"), s)) << "another stream";
}

TEST_F(Views, LabelsAndIndexFollowTheSamples) {
  const auto plain = testing::toy_data();
  TrainingStep unchanged(viewed, plain, registry, losses, log, 3);
  for (int64_t i = 0; i < 10; ++i) {
    views->begin_iteration(i);
    unchanged.begin_iteration(i);
    EXPECT_TRUE(at::equal(views->labeled({}).labels, unchanged.labeled({}).labels));
    EXPECT_TRUE(at::equal(views->index({}), unchanged.index({})));
    EXPECT_FALSE(at::equal(views->labeled({}).images, unchanged.labeled({}).images));
  }
}

TEST_F(Views, WritesToAnyOfThemAreSeen) {
  for (const auto& declared : all) {
    views->begin_iteration(0);
    view(declared.name).add_(1);
    EXPECT_THAT(refusal([&] { views->end_iteration(); }), HasSubstr("as they were given"));
  }
  EXPECT_THAT(refusal([&] { view(""); }), HasSubstr("no view named"));
}

TEST_F(Views, AStrongRecipeThatDoesNotFitIsRefusedWhereOneIsAskedFor) {
  EXPECT_THROW(set("none", "cutout:9"), Error);
  EXPECT_NO_THROW(TrainingStep(phase, data, registry, losses, log, 3)) << "nobody asks here";
}

TEST_F(Steps, AnIndexIsACopy) {
  const auto first = step.index({});
  first.zero_();
  EXPECT_FALSE(at::equal(step.index({}), first));
}

TEST_F(Steps, StreamsThatMakeNoSenseAreRefused) {
  const auto make = [&](const Stream& stream) {
    const Phase bad{.name = "train", .iterations = 1, .streams = {stream}};
    TrainingStep made(bad, data, registry, losses, log, 3);
  };
  EXPECT_THAT(refusal([&] { make({.pool = Pool::labeled, .batch = 0}); }), HasSubstr("batch"));
  EXPECT_THAT(
      refusal([&] { make({.pool = Pool::labeled, .batch = 1, .views = {View{"w"}, View{"w"}}}); }),
      HasSubstr("'w' twice"));
  EXPECT_THAT(refusal([&] { make({.pool = Pool::labeled, .batch = 1, .views = {}}); }),
              HasSubstr("at least one view"));
  data.unlabeled.rows = data.unlabeled.rows.narrow(0, 0, 0);
  EXPECT_THROW(make({.pool = Pool::unlabeled, .batch = 1}), Error);
}

TEST_F(Steps, EveryWriteToAnInputIsSeen) {
  using Write = std::function<void(Labeled)>;
  const Write writes[] = {[](Labeled b) { b.images.add_(1); },
                          [](Labeled b) { b.images.narrow(0, 0, 1).zero_(); },
                          [](Labeled b) { b.images.view({-1}).mul_(2); },
                          [](Labeled b) { b.images.detach().clamp_(0, 1); },
                          [](Labeled b) { b.images.requires_grad_(); },
                          [](Labeled b) { b.labels.zero_(); },
                          [](Labeled b) { b.labels.select(0, 1).fill_(2); }};
  int number = 0;
  for (const auto& write : writes) {
    at(number);
    step.unlabeled({.stream = "real"}) + 1;  // reading is no offence
    EXPECT_NO_THROW(step.end_iteration());
    write(step.labeled({}));
    EXPECT_THAT(refusal([&] { step.end_iteration(); }), HasSubstr("as they were given"))
        << "write " << number;
    ++number;
  }
  at(0);
  step.unlabeled({.stream = "more"}).neg_();
  EXPECT_THAT(refusal([&] { step.end_iteration(); }), HasSubstr("'more'"));
}

/// A step given by a test.
class Stepping final : public Method {
 public:
  explicit Stepping(std::function<void(Step&)> body) : body_(std::move(body)) {}
  std::vector<Phase> phases(const Task&) const override { return {}; }
  void build(Build&) override {}
  void step(Step& step) override { body_(step); }

 private:
  std::function<void(Step&)> body_;
};

// Autograd stumbles over what was overwritten, and its words name no batch.
TEST_F(Steps, AWriteThatMakesAutogradFailIsPutDownToTheBatch) {
  Stepping method([&](Step& s) {
    const auto x = s.labeled().images;
    const auto loss = net(x).sum();
    x.add_(1);
    s.update(adam, loss);
  });
  EXPECT_THAT(refusal([&] { step.run(method); }),
              AllOf(HasSubstr("the labeled stream: expected batches are read only"),
                    HasSubstr("a step wrote to them"), HasSubstr("`u + r`")));
  at(1);
  Stepping unfit([&](Step& s) { s.labeled().images.mm(at::ones({2})); });
  EXPECT_THROW(step.run(unfit), c10::Error) << "what has another cause keeps its words";
}

TEST_F(Steps, AWriteInAnIterationThatIsCheckedIsOneToABatchToo) {
  UnlabeledGradientCheck check(phase, at::kCPU);
  check.begin_iteration(0);
  step.begin_iteration(0, &check);
  const at::NoGradGuard as_for_targets;
  step.unlabeled({.stream = "real"});
  EXPECT_NO_THROW(step.end_iteration());
  step.unlabeled({.stream = "more"}).clamp_(0, 1);
  EXPECT_THAT(refusal([&] { step.end_iteration(); }),
              AllOf(HasSubstr("'more'"), HasSubstr("batches are read only")));
}

TEST_F(Steps, UpdateReachesThatOptimizersParametersAndNothingElse) {
  const auto mine = copies(net), others = copies(other);
  step.update(adam, loss_of(net) + loss_of(other), "loss");
  EXPECT_FALSE(same(net->parameters(), mine));
  EXPECT_TRUE(same(other->parameters(), others));
  for (const auto& network : {net, other})
    for (const auto& p : network->parameters()) EXPECT_FALSE(p.grad().defined());
  EXPECT_NO_THROW(step.end_iteration());
}

TEST_F(Steps, ListOfUpdatesTakesAllGradientsBeforeAnyUpdate) {
  // Both losses see both networks through one graph: each must get the gradient from before either
  // moved.
  const auto shared = net(step.labeled({}).images) + other(step.labeled({}).images);
  const auto first = shared.square().mean(), second = shared.abs().mean();
  std::vector<std::vector<Tensor>> expected;
  for (const auto& [network, loss] : {std::pair(net, first), std::pair(other, second)}) {
    auto values = copies(network);
    const auto gradients =
        torch::autograd::grad({loss}, network->parameters(), {}, /*retain_graph=*/true);
    const auto twin = make_optimizer("twin", values, {});
    twin->set_learning_rate(0, 10);
    twin->update(gradients, at::zeros({}));
    expected.push_back(twin->parameters());
  }
  step.update({{adam, first}, {adam2, second}});
  EXPECT_TRUE(same(net->parameters(), expected[0]));
  EXPECT_TRUE(same(other->parameters(), expected[1]));
}

// The fused kernels raise no version counter: without help the second gradient would silently be of
// mixed weights.
TEST_F(Steps, ALossBuiltBeforeAnUpdateIsRefusedAfterIt) {
  const auto first = loss_of(net), second = loss_of(net);
  step.update(adam, first, "first");
  EXPECT_THROW(step.update(adam, second, "second"), c10::Error);
}

TEST_F(Steps, ALossIsOneNumberThatTakesAGradient) {
  const auto refused = [&](const Tensor& loss, const char* why) {
    expect_failure(ExitCode::plugin,
                   ::testing::AllOf(HasSubstr("optimizer 'adam'"), HasSubstr(why)),
                   [&] { step.update(adam, loss, "loss"); });
  };
  refused(loss_of(net) * at::ones({4}), "of shape [4]");
  refused(loss_of(net).detach(), "takes no gradient");
}

TEST_F(Steps, ABadLossChangesNothingFromThenOn) {
  const auto mine = copies(net);
  step.update(adam, loss_of(net) * std::numeric_limits<double>::infinity(), "vat");
  step.update(adam, loss_of(net), "cross_entropy");
  at(1);
  step.update(adam, loss_of(net), "cross_entropy");
  EXPECT_TRUE(same(net->parameters(), mine));
  EXPECT_EQ(losses.read()->term, "vat");
  EXPECT_EQ(losses.read()->iteration, 0);
}

}  // namespace
}  // namespace sslhost::host
