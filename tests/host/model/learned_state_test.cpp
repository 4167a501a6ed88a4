// SPDX-License-Identifier: Apache-2.0
// Optimizers over tensors and lists of groups: what is optimized is saved.
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "sslhost/nn/layers.hpp"

#include "host/model/evaluation_mode.hpp"
#include "tests/host/model/registries.hpp"
#include "tests/host/trainer/toy_run.hpp"
#include "tests/support/by_name.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;

constexpr auto kSgd = OptimizerOptions::Kind::sgd;

TEST_F(Registries, OptimizersTakeStatesParametersAndListsOfGroups) {
  const auto slow = registry.module("slow", std::make_shared<Linear>(2, 3));
  const auto temperature = registry.state("temperature", at::ones({}), Keep::model),
             prototypes = registry.state("prototypes", at::ones({3, 2}), Keep::training);
  std::vector<ParameterGroup> groups;
  groups.emplace_back(prototypes, 0.1);
  groups.emplace_back(&*slow);
  const auto sgd =
      registry.optimizer("sgd", groups, {.kind = kSgd, .learning_rate = 0.5, .momentum = 0});
  const auto other = registry.optimizer("other", {temperature, {net->parameters(), 0.2}},
                                        {.kind = kSgd, .learning_rate = 0.5, .momentum = 0});
  EXPECT_TRUE(temperature.requires_grad() && temperature.is_leaf());
  const auto weight = slow->weight.detach().clone(), first = net->parameters()[0].detach().clone();
  update(sgd);
  update(other);
  EXPECT_TRUE(at::allclose(prototypes, at::full({3, 2}, 0.95)));
  EXPECT_TRUE(at::allclose(slow->weight, weight - 0.5));
  EXPECT_TRUE(at::allclose(temperature, at::full({}, 0.5)));
  EXPECT_TRUE(at::allclose(net->parameters()[0], first - 0.1));
  EXPECT_TRUE(registry.parameters(sgd)[0].is_same(prototypes));
  EXPECT_EQ(registry.parameters(other).size(), 1 + net->parameters().size());
  const auto saved = by_name(registry.tensors());
  EXPECT_TRUE(at::equal(saved.at("prototypes"), prototypes));
  EXPECT_FALSE(saved.at("prototypes").requires_grad());
}

TEST_F(Registries, TensorsThatWouldNotBeSavedAreRefused) {
  const auto why = [&](const Tensor& tensor) {
    return failure_text(ExitCode::plugin, [&] { registry.optimizer("sgd", {tensor}, {}); });
  };
  EXPECT_THAT(why(at::ones({2}).requires_grad_()), HasSubstr("would not be saved"));
  EXPECT_THAT(why(Tensor()), HasSubstr("would not be saved"));
  EXPECT_THAT(why(net->buffers()[0]), HasSubstr("neither"));
  EXPECT_THAT(why(registry.state("count", at::zeros({}, at::kLong), Keep::model)),
              HasSubstr("state 'count' of integers"));
  EXPECT_THAT(failure_text(ExitCode::plugin,
                           [&] { registry.optimizer("twice", {&*net, net->parameters()[1]}, {}); }),
              HasSubstr("one in two of them"));
}

TEST_F(Registries, ALearnedStateThatTheMethodPutsAwayIsNoticed) {
  auto z = registry.state("z", at::ones({3}), Keep::model);
  registry.optimizer("a", {z}, {});
  registry.optimizer("b", {&*net, z}, {});
  EXPECT_NO_THROW(registry.require_states_kept());
  z = z.detach() * 0.9;
  expect_failure(ExitCode::plugin, "state 'z'", [&] { registry.require_states_kept(); });
}

TEST_F(Registries, AStateMayBeginWithATensorThatTakesGradients) {
  const auto z = registry.state("z", at::ones({3}).requires_grad_() * 2, Keep::model);
  EXPECT_TRUE(z.is_leaf());
  EXPECT_NO_THROW(registry.optimizer("a", {z}, {}));
}

/// A toy whose logits are divided by a learned temperature.
struct Tempered {
  explicit Tempered(double average = 0) {
    run.settings.average = average;
    run.settings.eval_every = 4;
    temperature = run.registry.state("temperature", at::ones({}), Keep::model);
    optimizer = run.registry.optimizer("temperature", {temperature}, {.learning_rate = 0.1});
    run.method.at_step = [this](Step& s) {
      const auto logits = run.method.net(s.labeled({}).images).detach() / temperature;
      s.update(optimizer, cross_entropy(logits, s.labeled({}).labels), "temperature");
      values.push_back(temperature.item<double>());
    };
    run.method.at_predict = [this](const Tensor& logits) { return logits / temperature; };
  }
  ToyRun run;
  Tensor temperature;
  Optimizer optimizer;
  std::vector<double> values;
};

TEST(LearnedState, IsTheSameAfterAStop) {
  Tempered whole, first, second;
  whole.run.trainer().run();
  go_on_after_a_stop(4, first.run, second.run);
  expect_same_bits(second.run.weights(), whole.run.weights());
  EXPECT_NE(whole.values.back(), 1);
  EXPECT_EQ(second.temperature.item<double>(), whole.temperature.item<double>());
}

TEST(LearnedState, IsAveragedAsWeightsAre) {
  Tempered plain, averaged(0.5);
  plain.run.trainer().run();
  averaged.run.trainer().run();
  EXPECT_EQ(averaged.values, plain.values) << "training does not see the averages";
  double mean = 1;
  for (size_t n = 1; n <= plain.values.size(); ++n) {
    const double decay =
        std::min(0.5, (1.0 + static_cast<double>(n)) / (10.0 + static_cast<double>(n)));
    mean = decay * mean + (1 - decay) * plain.values[n - 1];
  }
  EXPECT_NEAR(by_name(averaged.run.registry.model_tensors()).at("temperature").item<double>(), mean,
              1e-5);
  const EvaluationMode mode(averaged.run.registry);
  EXPECT_NEAR(averaged.temperature.item<double>(), mean, 1e-5);
}

}  // namespace
}  // namespace sslhost::host
