// SPDX-License-Identifier: Apache-2.0
// The semi-supervised GAN's passes and updates, written down by a scripted step, against the
// paper's losses as loops over doubles.
#include "plugins/sgan/sgan.cpp"  // NOLINT: the class is in an anonymous namespace

#include <gmock/gmock.h>

#include "tests/plugins/sgan/by_hand.hpp"
#include "tests/plugins/sgan/scripted.hpp"

namespace {

namespace by_hand = sslhost::testing::gan_by_hand;
using by_hand::Vector;
using sslhost::testing::Pass;
using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr int64_t kInputs = 4, kHidden = 5, kClasses = 3, kLabeled = 2, kUnlabeled = 6;
const Task kTask = {
    .classes = kClasses, .channels = 1, .height = 2, .width = 2, .labeled = 9, .unlabeled = 20};

Tensor wave(int64_t samples, double phase) {
  return at::arange(samples * kInputs, at::kDouble)
      .mul(2.1)
      .add(phase)
      .sin()
      .view({samples, 1, 2, 2});
}

/// One step; passes of the classifier in their order: unlabeled, generated, labeled, and those of
/// the generator's loss.
class SganStep : public ::testing::Test {
 protected:
  enum PassOf { unlabeled, generated, labeled, first_of_generator, second_of_generator };

  SganStep() {
    o.generator = "mlp-6";
    o.latent = 3;
    o.unlabeled_weight = 1.7;
    step.net = net;
    step.x = wave(kLabeled, 0.3);
    step.y = at::arange(kLabeled) + 1;
    step.unlabeled_streams = {{"unlabeled", wave(kUnlabeled, 1.1)},
                              {"matching", wave(kUnlabeled, 2.7)}};
  }
  void run() {
    method = std::make_unique<Sgan>(o);
    method->build(build);
    method->step(step);
    ASSERT_THAT(step.updates, SizeIs(2));
    ASSERT_EQ(step.updates[0].optimizer, "classifier");
    ASSERT_EQ(step.updates[1].optimizer, "generator");
  }
  const Pass& pass(PassOf which) const { return net->passes.at(which); }
  Vector input(PassOf which) const { return by_hand::values(pass(which).input); }
  Vector stream(const char* name) const { return by_hand::values(step.unlabeled_streams.at(name)); }

  /// The classifier before its update, and as the generator's loss meets it.
  by_hand::Net before() const {
    const auto& p = step.updates.at(0).parameters;
    return {kInputs, kHidden, kClasses, by_hand::values(p[0]), by_hand::values(p[1])};
  }
  by_hand::Net after() const {
    return {kInputs, kHidden, kClasses, by_hand::values(net->w1), by_hand::values(net->w2)};
  }
  double classifier_loss(const by_hand::Net& n) const {
    return by_hand::cross_entropy(n, by_hand::values(step.x), {1, 2}) +
           1.7 * (by_hand::real(n, stream("unlabeled")) +
                  by_hand::generated(n, input(PassOf::generated)));
  }
  static void expect_near(const Vector& found, const Vector& expected, double tolerance) {
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i)
      EXPECT_NEAR(found[i], expected[i], tolerance) << "element " << i;
  }
  /// The generator's gradients against differences of `loss` of its images, its weights as they
  /// were before the update.
  template <class Loss>
  void expect_generator_gradients(const Loss& loss) {
    const auto& update = step.updates.at(1);
    const at::NoGradGuard no_gradient;
    std::vector<Tensor> trained;
    for (const auto& p : build.generator->parameters())
      if (p.requires_grad()) trained.push_back(p);
    for (size_t i = 0; i < trained.size(); ++i) trained[i].copy_(update.parameters[i]);
    const auto noise = step.draws.back();
    for (size_t i = 0; i < trained.size(); ++i) {
      const auto numeric = by_hand::gradient(
          [&](const Vector& values) {
            trained[i].copy_(at::tensor(values, at::kDouble).view(trained[i].sizes()));
            return loss(by_hand::values((*build.generator)(noise)));
          },
          by_hand::values(trained[i]));
      trained[i].copy_(update.parameters[i]);
      ASSERT_TRUE(update.gradients[i].defined()) << "parameter " << i;
      expect_near(by_hand::values(update.gradients[i]), numeric, 1e-7);
    }
  }

  Options o;
  std::shared_ptr<sslhost::testing::SpyNet> net =
      std::make_shared<sslhost::testing::SpyNet>(kInputs, kHidden, kClasses);
  sslhost::testing::ScriptedBuild build{kTask, net};
  sslhost::testing::ScriptedStep step{build};
  std::unique_ptr<Sgan> method;
};

TEST_F(SganStep, ClassifierLossIsCrossEntropyPlusWeightedLogOddsOfBeingReal) {
  run();
  EXPECT_NEAR(step.updates[0].loss, classifier_loss(before()), 1e-12);
  const auto n = before();
  EXPECT_NEAR(step.logged.at("unlabeled"), by_hand::real(n, stream("unlabeled")), 1e-12);
  EXPECT_NEAR(step.logged.at("generated"), by_hand::generated(n, input(generated)), 1e-12);
}

TEST_F(SganStep, ClassifierGradientsAreThoseOfAllThreeBatches) {
  run();
  const auto n = before();
  const auto of_w1 = [&](const Vector& w) {
    return classifier_loss({kInputs, kHidden, kClasses, w, n.w2});
  };
  const auto of_w2 = [&](const Vector& w) {
    return classifier_loss({kInputs, kHidden, kClasses, n.w1, w});
  };
  expect_near(by_hand::values(step.updates[0].gradients[0]), by_hand::gradient(of_w1, n.w1), 1e-8);
  expect_near(by_hand::values(step.updates[0].gradients[1]), by_hand::gradient(of_w2, n.w2), 1e-8);
}

TEST_F(SganStep, EachBatchHasAPassOfItsOwn) {
  run();
  EXPECT_EQ(input(unlabeled), stream("unlabeled"));
  EXPECT_EQ(pass(generated).input.size(0), kUnlabeled);
  EXPECT_EQ(input(labeled), by_hand::values(step.x));
}

TEST_F(SganStep, ClassifierLossLeadsToNoGradientOfTheGenerator) {
  run();
  EXPECT_FALSE(pass(generated).input_gradient);
}

TEST_F(SganStep, SharedImagesAreConstantsOfTheClassifierLossToo) {
  o.images = Images::shared;
  run();
  EXPECT_FALSE(pass(generated).input_gradient);
  EXPECT_TRUE(net->passes.back().input_gradient);
}

TEST_F(SganStep, NeitherUpdateComputesGradientsOfTheOtherNetwork) {
  method = std::make_unique<Sgan>(o);
  method->build(build);
  int of_classifier = 0, of_generator = 0, trained = 0;
  for (const auto& w : net->parameters()) w.register_hook([&](const Tensor&) { ++of_classifier; });
  for (const auto& w : build.generator->parameters())
    if (w.requires_grad()) {
      w.register_hook([&](const Tensor&) { ++of_generator; });
      ++trained;
    }
  method->step(step);
  // Once each, in its own update: w1 and w2 take part in three passes, but sum up before the hook.
  EXPECT_EQ(of_classifier, 2);
  EXPECT_EQ(of_generator, trained);
  for (const auto& p : net->parameters()) EXPECT_FALSE(p.grad().defined());
  for (const auto& p : build.generator->parameters()) EXPECT_FALSE(p.grad().defined());
}

TEST_F(SganStep, FeatureMatchingComparesMeansWithAnotherBatchThroughTheUpdatedClassifier) {
  run();
  EXPECT_NE(before().w1, after().w1);
  EXPECT_EQ(input(first_of_generator), stream("matching"));
  EXPECT_FALSE(pass(first_of_generator).gradient);
  const auto g = input(second_of_generator);
  EXPECT_NEAR(step.updates[1].loss, by_hand::feature_distance(after(), stream("matching"), g),
              1e-12);
  EXPECT_NE(step.updates[1].loss, by_hand::feature_distance(before(), stream("matching"), g));
}

TEST_F(SganStep, FeatureMatchingGradientsAreThoseOfTheDistance) {
  run();
  expect_generator_gradients(
      [&](const Vector& g) { return by_hand::feature_distance(after(), stream("matching"), g); });
}

TEST_F(SganStep, PlainGeneratorWantsToBeTakenForReal) {
  o.generator_loss = GeneratorLoss::plain;
  run();
  EXPECT_NEAR(step.updates[1].loss, by_hand::real(after(), input(first_of_generator)), 1e-12);
  expect_generator_gradients([&](const Vector& g) { return by_hand::real(after(), g); });
  EXPECT_THAT(net->passes, SizeIs(4));
}

TEST_F(SganStep, FreshImagesAreNotThoseOfTheClassifiersUpdate) {
  run();
  EXPECT_THAT(step.draws, SizeIs(2));
  EXPECT_NE(input(generated), input(second_of_generator));
}

TEST_F(SganStep, SharedImagesAreDrawnOnce) {
  o.images = Images::shared;
  run();
  EXPECT_THAT(step.draws, SizeIs(1));
  EXPECT_EQ(input(generated), input(second_of_generator));
}

TEST_F(SganStep, NoiseIsUniformUnlessANormalOneIsChosen) {
  const int64_t shape[] = {kUnlabeled, 3}, shown[] = {64, 3};
  const auto key = build.seed("shown");
  run();
  EXPECT_TRUE(at::equal(step.draws.at(0), step.uniform("noise", shape)));
  EXPECT_TRUE(at::equal(build.states.at("shown"), random::uniform(shown, key, c10::kCPU)));
  step.draws.clear();
  step.updates.clear();
  build.optimizers.clear();
  o.noise = Noise::normal;
  run();
  EXPECT_TRUE(at::equal(step.draws.at(0), step.normal("noise", shape)));
  EXPECT_TRUE(at::equal(build.states.at("shown"), random::normal(shown, key, c10::kCPU)));
}

TEST_F(SganStep, StatisticsComeFromTheChosenPassesAlone) {
  const auto tracked = [&](Statistics statistics) {
    net->passes.clear();
    step.updates.clear();
    build.optimizers.clear();
    o.statistics = statistics;
    run();
    std::vector<bool> of;
    for (const auto& p : net->passes) of.push_back(p.tracked);
    return of;
  };
  // Unlabeled, generated, labeled, matching, generated again.
  EXPECT_THAT(tracked(Statistics::unlabeled), ElementsAre(true, false, false, false, false));
  EXPECT_THAT(tracked(Statistics::labeled), ElementsAre(false, false, true, false, false));
  EXPECT_THAT(tracked(Statistics::all), ElementsAre(true, true, true, true, true));
}

TEST_F(SganStep, HugeLogitsGiveFiniteLosses) {
  for (const double scale : {1e3, -1e3}) {
    const auto logits = at::full({2, 3}, scale, at::kDouble);
    EXPECT_NEAR(taken_for_real(logits).item<double>(), scale < 0 ? 500 : 0, 1);
    EXPECT_NEAR(taken_for_generated(logits).item<double>(), scale > 0 ? 500 : 0, 1);
  }
}

TEST_F(SganStep, FiguresAreOfTheSameNoiseEachTime) {
  run();
  auto* figures = static_cast<Figures*>(const_cast<void*>(method->ability(Figures::kAbility)));
  ASSERT_NE(figures, nullptr);
  const at::NoGradGuard no_gradient;
  build.generator->eval();
  build.generator->to(at::kFloat);
  const auto one = figures->figures(Tensor()), two = figures->figures(Tensor());
  ASSERT_THAT(one, SizeIs(1));
  EXPECT_EQ(one[0].data.sizes(), (std::vector<int64_t>{64, 1, 2, 2}));
  EXPECT_TRUE(at::equal(one[0].data, two[0].data));
}

TEST(SganPhases, FeatureMatchingHasAStreamOfItsOwn) {
  Options o;
  auto streams = Sgan(o).phases(kTask).at(0).streams;
  ASSERT_THAT(streams, SizeIs(3));
  EXPECT_EQ(streams[0].batch, kTask.labeled);
  for (const size_t i : {1, 2}) {
    EXPECT_EQ(streams[i].pool, Pool::unlabeled);
    EXPECT_EQ(streams[i].batch, kTask.unlabeled);
  }
  EXPECT_NE(streams[1].name, streams[2].name);
  o.generator_loss = GeneratorLoss::plain;
  EXPECT_THAT(Sgan(o).phases(kTask).at(0).streams, SizeIs(2));
}

TEST(SganFigures, PointsOfThePlaneAreDrawnAsPoints) {
  Task task = kTask;
  task.channels = 2;
  task.height = task.width = 1;
  task.kind = DataKind::points;
  const auto net = std::make_shared<sslhost::testing::SpyNet>(2, kHidden, kClasses);
  sslhost::testing::ScriptedBuild build(task, net);
  Sgan method(Options{});
  method.build(build);
  build.generator->to(at::kFloat);
  auto* figures = static_cast<Figures*>(const_cast<void*>(method.ability(Figures::kAbility)));
  const at::NoGradGuard no_gradient;
  build.generator->eval();
  EXPECT_EQ(figures->figures(Tensor()).at(0).data.sizes(), (std::vector<int64_t>{1000, 2}));
}

}  // namespace
