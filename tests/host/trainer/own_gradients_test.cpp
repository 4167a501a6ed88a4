// SPDX-License-Identifier: Apache-2.0
// Updates with gradients that a method computed itself.
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "sslhost/training/gradients.hpp"

#include "tests/host/trainer/steps.hpp"
#include "tests/host/trainer/toy_run.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<Tensor> gradients_of(Step& s, Build& build, const Toy& method) {
  const auto loss = cross_entropy(method.net(s.labeled({}).images), s.labeled({}).labels);
  return gradients(loss, build.parameters(method.adam), {.allow_unused = true});
}

/// Weights after ten iterations by losses, or by gradients of the same losses.
std::vector<Tensor> trained(bool own, const OptimizerOptions& options, double average) {
  ToyRun run;
  run.settings.average = average;
  run.method.adam = run.registry.optimizer("by hand", {&*run.method.net}, options);
  run.method.change = [](const Tensor& loss, int) { return loss * 0; };
  const auto unused = run.registry.optimizer("unused", {&*run.method.net}, {.learning_rate = 1e-9});
  const auto hand = run.method.adam;
  run.method.adam = unused;  // the toy's own update changes next to nothing
  run.method.at_step = [&, hand](Step& s) {
    const auto statistics = s.record_statistics(*run.method.net);
    const auto loss = cross_entropy(run.method.net(s.labeled({}).images), s.labeled({}).labels);
    if (own)
      s.update_with(hand, gradients(loss, run.registry.parameters(hand), {.allow_unused = true}));
    else
      s.update(hand, loss);
  };
  run.method.tracks = false;
  run.trainer().run();
  if (average > 0) run.registry.settle_average();
  return run.weights();
}

TEST(OwnGradients, GiveTheBitsOfALossWithClippingDecayAndAverages) {
  using Kind = OptimizerOptions::Kind;
  const std::vector<OptimizerOptions> all = {
      {.kind = Kind::adam, .clip = 0.01},
      {.kind = Kind::adamw, .weight_decay = 0.3, .decay_biases = false},
      {.kind = Kind::sgd, .learning_rate = 0.1, .weight_decay = 0.1, .decay_biases = false},
      {.kind = Kind::adadelta, .learning_rate = 1}};
  for (const double average : {0.0, 0.5})
    for (const auto& options : all)
      expect_same_bits(trained(true, options, average), trained(false, options, average));
}

TEST_F(Steps, OwnGradientsComeInTheOrderThatTheGroupsHave) {
  const auto sgd = registry.optimizer("sgd", {{&*other, 0.5}, &*net},
                                      {.kind = OptimizerOptions::Kind::sgd,
                                       .learning_rate = 1,
                                       .momentum = 0,
                                       .weight_decay = 1e-12,
                                       .decay_biases = false});  // weights and biases apart
  registry.begin_iteration(0, 10);
  auto expected = copies(other), more = copies(net);
  expected.insert(expected.end(), more.begin(), more.end());
  const auto parameters = registry.parameters(sgd);
  ASSERT_EQ(parameters.size(), expected.size());
  std::vector<Tensor> own;
  for (size_t i = 0; i < parameters.size(); ++i)
    own.push_back(at::full_like(parameters[i], static_cast<double>(i)));
  step.update_with(sgd, own, "own");
  for (size_t i = 0; i < parameters.size(); ++i) {
    const double factor = i < other->parameters().size() ? 0.5 : 1;
    EXPECT_TRUE(at::allclose(parameters[i], expected[i] - factor * static_cast<double>(i))) << i;
  }
}

TEST_F(Steps, OwnGradientsThatAreLeftOutLeaveTheirParametersAlone) {
  const auto before = copies(net);
  std::vector<Tensor> own;
  for (const auto& p : registry.parameters(adam)) own.push_back(at::ones_like(p));
  own[0] = Tensor();
  net->parameters()[1].set_requires_grad(false);  // frozen since
  step.update_with(adam, own, "own");
  EXPECT_TRUE(at::equal(net->parameters()[0], before[0]));
  EXPECT_TRUE(at::equal(net->parameters()[1], before[1]));
  EXPECT_FALSE(at::equal(net->parameters()[2], before[2]));
}

TEST_F(Steps, OwnGradientsThatDoNotFitAreRefused) {
  std::vector<Tensor> own;
  for (const auto& p : registry.parameters(adam)) own.push_back(at::ones_like(p));
  const auto refused = [&](std::vector<Tensor> gradients) {
    return refusal([&] { step.update_with(adam, gradients, "own"); });
  };
  auto fewer = own, shape = own, type = own;
  fewer.pop_back();
  EXPECT_THAT(refused(fewer), AllOf(HasSubstr("optimizer 'adam'"),
                                    HasSubstr(std::to_string(own.size()) + " gradients"),
                                    HasSubstr(std::to_string(own.size() - 1))));
  shape[1] = at::ones({7, 2});
  EXPECT_THAT(refused(shape), AllOf(HasSubstr("parameter 1"), HasSubstr("[7, 2]")));
  type[0] = type[0].to(at::kDouble);
  EXPECT_THAT(refused(type), AllOf(HasSubstr("parameter 0"), HasSubstr("double")));
  EXPECT_THAT(refusal([&] { step.update_with({}, own, "own"); }), HasSubstr("empty handle"));
}

TEST_F(Steps, ABadOwnGradientChangesNothingFromThenOn) {
  const auto mine = copies(net);
  std::vector<Tensor> own;
  for (const auto& p : registry.parameters(adam)) own.push_back(at::ones_like(p));
  auto bad = own;
  bad[2] = at::full_like(bad[2], std::numeric_limits<double>::quiet_NaN());
  step.update_with(adam, bad, "surgery");
  step.update_with(adam, own, "own");
  EXPECT_TRUE(same(net->parameters(), mine));
  EXPECT_EQ(losses.read()->term, "gradient of surgery");
}

// What the gradients depend on is the method's affair: no warning that nothing is learned.
TEST(OwnGradients, AreNoGroundToSayThatUnlabeledImagesGiveNone) {
  for (const bool own : {true, false}) {
    ToyRun run;
    run.method.plan = {{.name = "train",
                        .iterations = 10,
                        .streams = {{.pool = Pool::labeled, .batch = 4},
                                    {.name = "u", .pool = Pool::unlabeled, .batch = 5}}}};
    run.method.at_step = [&](Step& s) {
      s.unlabeled({});
      if (own) s.update_with(run.method.adam, gradients_of(s, run.registry, run.method));
    };
    run.trainer().run();
    if (own)
      EXPECT_THAT(run.events.warnings, IsEmpty());
    else
      EXPECT_THAT(run.events.warnings, UnorderedElementsAre(HasSubstr("gave no gradient")));
  }
}

}  // namespace
}  // namespace sslhost::host
