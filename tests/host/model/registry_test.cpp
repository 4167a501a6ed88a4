// SPDX-License-Identifier: Apache-2.0
#include "host/model/registry.hpp"

#include <limits>
#include <vector>

#include <gmock/gmock.h>

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

#include "sslhost/error.hpp"
#include "sslhost/nn/layers.hpp"
#include "sslhost/training/random.hpp"

#include "host/model/evaluation_mode.hpp"
#include "tests/host/model/registries.hpp"
#include "tests/support/by_name.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

// A model file tells the tensors of one module from those of another by its name and a dot.
TEST_F(Registries, NamesHaveNoDots) {
  for (const char* name : {"net.head", "", "."})
    expect_failure(ExitCode::plugin, "without dots",
                   [&] { registry.state(name, at::zeros({}), Keep::model); });
}

TEST_F(Registries, TeacherStartsAsACopyAndTakesNoGradient) {
  const auto teacher = registry.backbone("teacher", {});
  registry.ema_teacher(*teacher, *net, {.decay = 0.9});
  const auto a = teacher->parameters(), b = net->parameters();
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(at::equal(a[i], b[i])) << i;
    EXPECT_FALSE(a[i].requires_grad());
  }
}

TEST_F(Registries, TeacherMovesAfterEachUpdateOfItsStudent) {
  const auto teacher = registry.backbone("teacher", {});
  registry.ema_teacher(*teacher, *net, {.decay = 0.9});
  const auto optimizer = registry.optimizer("adam", {&*net}, {.learning_rate = 0.5});
  const auto before = copies(teacher);
  update(optimizer);
  const auto after = teacher->parameters(), student = net->parameters();
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_TRUE(at::allclose(after[i], 0.9 * before[i] + 0.1 * student[i], 1e-5, 1e-6)) << i;
    EXPECT_FALSE(at::equal(after[i], before[i])) << i;
  }
}

TEST_F(Registries, TeacherFollowsBuffersTooAndCountsAsTheyAre) {
  const auto teacher = registry.backbone("teacher", {});
  registry.ema_teacher(*teacher, *net, {.decay = 0.75});
  const auto optimizer = registry.optimizer("adam", {&*net}, {});
  for (const auto& b : net->buffers()) Tensor(b).fill_(5);
  update(optimizer);
  auto named = by_name(teacher->named_buffers());
  EXPECT_TRUE(at::allclose(named["norm1.running_mean"], at::full({4}, 0.25 * 5)));
  EXPECT_EQ(named["norm1.num_batches_tracked"].item<int64_t>(), 5);
}

TEST_F(Registries, AdadeltaWithALearningRateForAdamIsPointedOut) {
  registry.optimizer("a", {&*net}, {.kind = OptimizerOptions::Kind::adadelta, .learning_rate = 1});
  EXPECT_TRUE(registry.warnings().empty());
  registry.optimizer("b", {&*net},
                     {.kind = OptimizerOptions::Kind::adadelta, .learning_rate = 2e-3});
  ASSERT_EQ(registry.warnings().size(), 1U);
  EXPECT_THAT(registry.warnings()[0], ::testing::HasSubstr("usual one is 1"));
}

// Tarvainen & Valpola 2017: the decay of the n-th update is min(decay, 1 - 1/(n + 1)).
TEST_F(Registries, TeacherWithWarmUpIsAtFirstTheMean) {
  const auto teacher = registry.backbone("teacher", {});
  registry.ema_teacher(*teacher, *net, {.decay = 0.7, .warm_up = true});
  const auto optimizer = registry.optimizer("sgd", {&*net}, {.kind = OptimizerOptions::Kind::sgd});
  for (const double decay : {1.0 / 2, 2.0 / 3, 0.7, 0.7}) {
    const auto before = copies(teacher);
    update(optimizer);
    const auto after = teacher->parameters(), student = net->parameters();
    for (size_t i = 0; i < before.size(); ++i)
      EXPECT_TRUE(at::allclose(after[i], decay * before[i] + (1 - decay) * student[i], 1e-5, 1e-6))
          << i << " at " << decay;
  }
  EXPECT_EQ(registry.optimizer_tensors().back().second.item<float>(), 4)
      << "the number of updates is in the checkpoint";
}

TEST_F(Registries, TeacherStandsStillAfterABadLoss) {
  const auto teacher = registry.backbone("teacher", {});
  registry.ema_teacher(*teacher, *net, {.decay = 0.9});
  const auto optimizer = registry.optimizer("adam", {&*net}, {});
  const auto before = copies(teacher);
  for (auto& p : net->parameters()) p.detach().fill_(std::numeric_limits<float>::quiet_NaN());
  registry.after_update(registry.at(optimizer), at::ones({}));
  for (size_t i = 0; i < before.size(); ++i)
    EXPECT_TRUE(at::equal(teacher->parameters()[i], before[i])) << i;
  EXPECT_EQ(registry.optimizer_tensors().back().second.item<float>(), 0);
}

TEST_F(Registries, TeacherStandsStillWhenAnotherNetworkIsUpdated) {
  const auto teacher = registry.backbone("teacher", {}), other = registry.backbone("other", {});
  registry.ema_teacher(*teacher, *net, {.decay = 0.9});
  const auto optimizer = registry.optimizer("adam", {&*other}, {});
  const auto before = copies(teacher);
  for (auto& p : net->parameters()) p.detach().add_(1);
  update(optimizer);
  for (size_t i = 0; i < before.size(); ++i)
    EXPECT_TRUE(at::equal(teacher->parameters()[i], before[i])) << i;
}

TEST_F(Registries, TeachersStatisticsAreNotMissedAtTheFirstEvaluation) {
  const auto teacher = registry.backbone("teacher", {});
  registry.ema_teacher(*teacher, *net, {.decay = 0.9});
  EXPECT_TRUE(registry.statistics().nothing_recorded()) << "the student's still are";
  {
    const auto scope = registry.statistics().open(*net);
  }
  EXPECT_FALSE(registry.statistics().nothing_recorded());
}

TEST_F(Registries, EvaluationModeGivesEveryModuleItsOwnFlagBack) {
  registry.training_mode(true);
  auto* const frozen = net->named_modules()[1].module;
  frozen->eval();
  const auto before = by_name(net->named_buffers()).at("norm1.running_mean").clone();
  {
    const EvaluationMode mode(registry);
    for (const auto& part : net->named_modules()) EXPECT_FALSE(part.module->is_training());
    EXPECT_FALSE(at::GradMode::is_enabled());
    net(at::rand({5, 1, 2, 3}));
  }
  for (const auto& part : net->named_modules())
    EXPECT_EQ(part.module->is_training(), part.module != frozen) << part.name;
  EXPECT_TRUE(at::GradMode::is_enabled());
  net(at::rand({5, 1, 2, 3}));
  EXPECT_TRUE(at::equal(by_name(net->named_buffers()).at("norm1.running_mean"), before))
      << "statistics are closed again";
}

TEST_F(Registries, NoiseLayersAreKeyedByTheirFullName) {
  const auto twice = registry.backbone("other", {.dropout = 0.5});
  int layers = 0;
  for (const auto& part : twice->named_modules("other")) {
    const auto* layer = dynamic_cast<NoiseLayer*>(part.module);
    if (!layer) continue;
    EXPECT_EQ(layer->name_key, random::name_key(part.name));
    ++layers;
  }
  EXPECT_EQ(layers, 1);
}

TEST_F(Registries, NetworksOfOtherNamesStartFromOtherWeights) {
  const auto other = registry.backbone("other", {});
  EXPECT_FALSE(at::equal(net->parameters()[0], other->parameters()[0]));
  Registry again(kTask, "mlp-4", 7), reseeded(kTask, "mlp-4", 8);
  EXPECT_TRUE(at::equal(net->parameters()[0], again.backbone("net", {})->parameters()[0]));
  EXPECT_FALSE(at::equal(net->parameters()[0], reseeded.backbone("net", {})->parameters()[0]));
}

TEST_F(Registries, ModelTensorsAreParametersBuffersAndState) {
  registry.state("memory", at::arange(4), Keep::model);
  std::vector<std::string> names;
  for (const auto& [name, tensor] : registry.model_tensors()) names.push_back(name);
  EXPECT_THAT(names, ::testing::IsSupersetOf({"net.linear1.weight", "net.norm1.running_var",
                                              "net.head.bias", "memory"}));
  EXPECT_EQ(names.size(), net->parameters().size() + net->buffers().size() + 1);
}

TEST_F(Registries, NamesAreTakenOnce) {
  registry.state("memory", at::zeros({1}), Keep::model);
  EXPECT_THROW(registry.backbone("net", {}), Error);
  EXPECT_THROW(registry.state("net", at::zeros({1}), Keep::model), Error);
  EXPECT_THROW(registry.backbone("memory", {}), Error);
  registry.optimizer("adam", {&*net}, {});
  EXPECT_THROW(registry.optimizer("adam", {&*net}, {}), Error);
}

// Moments would be saved, and the weights that they belong to would not.
TEST_F(Registries, OptimizersTakeRegisteredModulesAndPartsOfThem) {
  const auto other = std::make_shared<Linear>(2, 3);
  EXPECT_THROW(registry.optimizer("other", {other.get()}, {}), Error);
  EXPECT_NO_THROW(registry.optimizer("part", {net->named_modules()[1].module}, {}));
  registry.module("other", other);
  EXPECT_NO_THROW(registry.optimizer("other", {other.get()}, {}));
}

TEST_F(Registries, StateThatTheMethodPutsAwayIsNoticed) {
  auto z = registry.state("z", at::ones({3}), Keep::model);
  z.mul_(0.9).add_(1);
  EXPECT_NO_THROW(registry.require_states_kept());
  z = z * 0.9;
  EXPECT_THROW(registry.require_states_kept(), Error);
}

TEST_F(Registries, StateOfAnotherShapeIsNoticedBeforeItIsSaved) {
  using ::testing::AllOf;
  using ::testing::HasSubstr;
  auto z = registry.state("z", at::ones({3}), Keep::model);
  z.resize_({5});
  expect_failure(ExitCode::plugin,
                 AllOf(HasSubstr("state 'z'"), HasSubstr("[3]"), HasSubstr("[5]")),
                 [&] { registry.require_states_kept(); });
}

TEST_F(Registries, ANetworkCannotFollowItself) {
  EXPECT_THROW(registry.ema_teacher(*net, *net, {.decay = 0.9}), Error);
}

TEST_F(Registries, OptimizersTakeNoFrozenParameter) {
  net->parameters()[0].set_requires_grad(false);
  const auto optimizer = registry.optimizer("adam", {&*net}, {});
  EXPECT_EQ(registry.at(optimizer).parameters().size(), net->parameters().size() - 1);
}

TEST_F(Registries, AnOptimizerHasSomethingToTrain) {
  for (auto& p : net->parameters()) p.set_requires_grad(false);
  expect_failure(ExitCode::plugin, "Build::optimizer 'adam': expected parameters that take",
                 [&] { registry.optimizer("adam", {&*net}, {}); });
  expect_failure(ExitCode::plugin, "found none", [&] { registry.optimizer("none", {}, {}); });
}

TEST_F(Registries, AnEmptyOptimizerHandleIsRefused) {
  EXPECT_THROW(registry.at(Optimizer()), Error);
  EXPECT_THROW(registry.at(Optimizer(3)), Error);
}

}  // namespace
}  // namespace sslhost::host
