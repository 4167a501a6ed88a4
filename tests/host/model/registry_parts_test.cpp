// SPDX-License-Identifier: Apache-2.0
// Teachers of any kind, parameter groups, state for training, the network that predicts.
#include <algorithm>

#include <gtest/gtest.h>

#include <ATen/Functions.h>

#include "sslhost/error.hpp"
#include "sslhost/nn/layers.hpp"

#include "tests/host/model/registries.hpp"

namespace sslhost::host {
namespace {

// The decay as a schedule: 0.5 in the first half of a phase, 0.9 in the second.
TEST_F(Registries, TeachersMayHaveADecayThatDependsOnTheProgress) {
  const auto teacher = registry.backbone("teacher", {});
  registry.ema_teacher(*teacher, *net,
                       {.schedule = [](double progress) { return progress < 0.5 ? 0.5 : 0.9; }});
  const auto optimizer = registry.optimizer("sgd", {&*net}, {.kind = OptimizerOptions::Kind::sgd});
  for (const int64_t iteration : {0, 4, 5, 9}) {
    const auto before = copies(teacher);
    update(optimizer, iteration);
    const double decay = iteration < 5 ? 0.5 : 0.9;
    for (size_t i = 0; i < before.size(); ++i)
      EXPECT_TRUE(at::allclose(teacher->parameters()[i],
                               decay * before[i] + (1 - decay) * net->parameters()[i], 1e-5, 1e-6))
          << iteration;
  }
}

TEST_F(Registries, AnyTwoModulesThatAreAlikeCanBeTeacherAndStudent) {
  const auto student = registry.module("student", std::make_shared<Linear>(2, 3));
  const auto teacher = registry.module("teacher", std::make_shared<Linear>(2, 3));
  registry.ema_teacher(*teacher, *student, {.decay = 0.9});
  EXPECT_TRUE(at::equal(teacher->weight, student->weight));
  EXPECT_FALSE(teacher->weight.requires_grad());
  const auto other = registry.module("other", std::make_shared<Linear>(3, 3));
  EXPECT_THROW(registry.ema_teacher(*other, *student, {.decay = 0.9}), Error);
}

TEST_F(Registries, PartsOfAnOptimizerHaveLearningRatesOfTheirOwn) {
  const auto slow = registry.module("slow", std::make_shared<Linear>(2, 3)),
             fast = registry.module("fast", std::make_shared<Linear>(2, 3));
  const auto optimizer = registry.optimizer(
      "sgd", {{&*slow, 0.1}, &*fast},
      {.kind = OptimizerOptions::Kind::sgd, .learning_rate = 0.5, .momentum = 0});
  const auto before = slow->weight.clone(), other = fast->weight.clone();
  update(optimizer);
  EXPECT_TRUE(at::allclose(slow->weight, before - 0.05));
  EXPECT_TRUE(at::allclose(fast->weight, other - 0.5));
  EXPECT_THROW(registry.optimizer("twice", {&*slow, {&*slow, 0.1}}, {}), Error);
}

TEST_F(Registries, WeightDecayCanBeLeftOffBiasesAndNorms) {
  const auto of = [&](const char* name, bool decay_biases) {
    const auto module = registry.module(name, std::make_shared<Linear>(2, 3));
    const auto optimizer = registry.optimizer(name, {&*module},
                                              {.kind = OptimizerOptions::Kind::sgd,
                                               .learning_rate = 0.5,
                                               .momentum = 0,
                                               .weight_decay = 0.2,
                                               .decay_biases = decay_biases});
    const auto weight = module->weight.clone(), bias = module->bias.clone();
    update(optimizer);
    EXPECT_TRUE(at::allclose(module->weight, weight - 0.5 * (1 + 0.2 * weight))) << name;
    return module->bias - (bias - 0.5);
  };
  EXPECT_TRUE(at::allclose(of("without", false), at::zeros({3}), 1e-5, 1e-7));
  EXPECT_GT(of("with", true).abs().max().item<double>(), 1e-3);
}

TEST_F(Registries, StateForTrainingIsInCheckpointsAlone) {
  registry.state("memory", at::ones({2}), Keep::training);
  const auto holds = [](const NamedTensors& tensors) {
    return std::any_of(tensors.begin(), tensors.end(),
                       [](const auto& entry) { return entry.first == "memory"; });
  };
  EXPECT_TRUE(holds(registry.tensors()));
  EXPECT_FALSE(holds(registry.model_tensors()));
  EXPECT_FALSE(holds(registry.loadable_tensors()));
}

TEST_F(Registries, ANetworkThatPredictsIsKnownByWhatItWasMadeFrom) {
  EXPECT_EQ(registry.predictor(), nullptr);
  registry.predict_with(net);
  ASSERT_NE(registry.predictor(), nullptr);
  EXPECT_EQ(registry.predictor()->name, "net");
  EXPECT_EQ(registry.predictor()->model, "mlp-4");
  EXPECT_THROW(registry.predict_with(Network(make_backbone("mlp-4", kTask, {}, 1))), Error);
}

TEST_F(Registries, AMethodMayNameTheNetworkItself) {
  const auto own = registry.backbone("own", {.model = "linear"});
  registry.predict_with(own);
  EXPECT_EQ(registry.predictor()->model, "linear");
  EXPECT_EQ(own->width(), kTask.inputs());
  EXPECT_EQ(net->width(), 4) << "--model, which the others get";
}

}  // namespace
}  // namespace sslhost::host
