// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/assembly.hpp"

#include <limits>
#include <vector>

#include <gmock/gmock.h>

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

#include "sslhost/error.hpp"
#include "sslhost/random.hpp"

#include "host/trainer/evaluation_mode.hpp"

namespace sslhost::host {
namespace {

const Task kTask = {.classes = 3,
                    .channels = 1,
                    .height = 2,
                    .width = 3,
                    .labeled = 6,
                    .unlabeled = 10,
                    .spread = 1};

/// Every test has one network on one task; what follows it is made where it is needed.
class Assemblies : public testing::Test {
 protected:
  /// One update with gradients of one, as Step::update does it.
  void update(Optimizer handle) {
    auto& optimizer = assembly.at(handle);
    std::vector<Tensor> ones;
    for (const auto& p : optimizer.parameters()) ones.push_back(at::ones_like(p));
    assembly.set_rates(0, 10);
    optimizer.update(ones, at::zeros({}));
    assembly.after_update(optimizer, at::zeros({}));
  }
  static std::vector<Tensor> copies(const Network& network) {
    std::vector<Tensor> all;
    for (const auto& p : network->parameters()) all.push_back(p.detach().clone());
    return all;
  }
  Assembly assembly{kTask, "mlp-4", 7};
  Network net = assembly.backbone("net", {});
};

TEST_F(Assemblies, TeacherStartsAsACopyAndTakesNoGradient) {
  const auto teacher = assembly.backbone("teacher", {});
  assembly.follow(teacher, net, 0.9, false);
  const auto a = teacher->parameters(), b = net->parameters();
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(at::equal(a[i], b[i])) << i;
    EXPECT_FALSE(a[i].requires_grad());
  }
}

TEST_F(Assemblies, TeacherMovesAfterEachUpdateOfItsStudent) {
  const auto teacher = assembly.backbone("teacher", {});
  assembly.follow(teacher, net, 0.9, false);
  const auto optimizer = assembly.optimizer("adam", {&*net}, {.rate = 0.5});
  const auto before = copies(teacher);
  update(optimizer);
  const auto after = teacher->parameters(), student = net->parameters();
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_TRUE(at::allclose(after[i], 0.9 * before[i] + 0.1 * student[i], 1e-5, 1e-6)) << i;
    EXPECT_FALSE(at::equal(after[i], before[i])) << i;
  }
}

TEST_F(Assemblies, TeacherFollowsBuffersTooAndCountsAsTheyAre) {
  const auto teacher = assembly.backbone("teacher", {});
  assembly.follow(teacher, net, 0.75, false);
  const auto optimizer = assembly.optimizer("adam", {&*net}, {});
  for (const auto& b : net->buffers()) Tensor(b).fill_(5);
  update(optimizer);
  const auto named = teacher->named_buffers();
  EXPECT_TRUE(at::allclose(named["norm1.running_mean"], at::full({4}, 0.25 * 5)));
  EXPECT_EQ(named["norm1.num_batches_tracked"].item<int64_t>(), 5);
}

TEST_F(Assemblies, AdadeltaAtARateForAdamIsPointedOut) {
  assembly.optimizer("a", {&*net}, {.kind = OptimizerOptions::Kind::adadelta, .rate = 1});
  EXPECT_TRUE(assembly.warnings().empty());
  assembly.optimizer("b", {&*net}, {.kind = OptimizerOptions::Kind::adadelta, .rate = 2e-3});
  ASSERT_EQ(assembly.warnings().size(), 1U);
  EXPECT_THAT(assembly.warnings()[0], testing::HasSubstr("usual rate is 1"));
}

// Tarvainen & Valpola 2017: the decay of the n-th update is min(decay, 1 - 1/(n + 1)).
TEST_F(Assemblies, TeacherWithWarmUpIsAtFirstTheMean) {
  const auto teacher = assembly.backbone("teacher", {});
  assembly.follow(teacher, net, 0.7, true);
  const auto optimizer = assembly.optimizer("sgd", {&*net}, {.kind = OptimizerOptions::Kind::sgd});
  for (const double decay : {1.0 / 2, 2.0 / 3, 0.7, 0.7}) {
    const auto before = copies(teacher);
    update(optimizer);
    const auto after = teacher->parameters(), student = net->parameters();
    for (size_t i = 0; i < before.size(); ++i)
      EXPECT_TRUE(at::allclose(after[i], decay * before[i] + (1 - decay) * student[i], 1e-5, 1e-6))
          << i << " at " << decay;
  }
  EXPECT_EQ(assembly.optimizer_tensors().back().second.item<float>(), 4)
      << "the number of updates is in the checkpoint";
}

TEST_F(Assemblies, TeacherStandsStillAfterABadLoss) {
  const auto teacher = assembly.backbone("teacher", {});
  assembly.follow(teacher, net, 0.9, false);
  const auto optimizer = assembly.optimizer("adam", {&*net}, {});
  const auto before = copies(teacher);
  for (auto& p : net->parameters()) p.detach().fill_(std::numeric_limits<float>::quiet_NaN());
  assembly.after_update(assembly.at(optimizer), at::ones({}));
  for (size_t i = 0; i < before.size(); ++i)
    EXPECT_TRUE(at::equal(teacher->parameters()[i], before[i])) << i;
  EXPECT_EQ(assembly.optimizer_tensors().back().second.item<float>(), 0);
}

TEST_F(Assemblies, TeacherStandsStillWhenAnotherNetworkIsUpdated) {
  const auto teacher = assembly.backbone("teacher", {}), other = assembly.backbone("other", {});
  assembly.follow(teacher, net, 0.9, false);
  const auto optimizer = assembly.optimizer("adam", {&*other}, {});
  const auto before = copies(teacher);
  for (auto& p : net->parameters()) p.detach().add_(1);
  update(optimizer);
  for (size_t i = 0; i < before.size(); ++i)
    EXPECT_TRUE(at::equal(teacher->parameters()[i], before[i])) << i;
}

TEST_F(Assemblies, TeachersStatisticsAreNotMissedAtTheFirstEvaluation) {
  const auto teacher = assembly.backbone("teacher", {});
  assembly.follow(teacher, net, 0.9, false);
  EXPECT_TRUE(assembly.statistics().nothing_recorded()) << "the student's still are";
  {
    const auto scope = assembly.statistics().open(*net);
  }
  EXPECT_FALSE(assembly.statistics().nothing_recorded());
}

TEST_F(Assemblies, EvaluationModeGivesEveryModuleItsOwnFlagBack) {
  assembly.training_mode(true);
  const auto frozen = net->children().front();
  frozen->eval();
  const auto before = net->named_buffers()["norm1.running_mean"].clone();
  {
    const EvaluationMode mode(assembly);
    for (const auto& part : net->modules()) EXPECT_FALSE(part->is_training());
    EXPECT_FALSE(at::GradMode::is_enabled());
    net(at::rand({5, 1, 2, 3}));
  }
  for (const auto& part : net->modules())
    EXPECT_EQ(part->is_training(), part != frozen) << part->name();
  EXPECT_TRUE(at::GradMode::is_enabled());
  net(at::rand({5, 1, 2, 3}));
  EXPECT_TRUE(at::equal(net->named_buffers()["norm1.running_mean"], before))
      << "gates are closed again";
}

TEST_F(Assemblies, NoiseLayersAreKeyedByTheirFullName) {
  const auto twice = assembly.backbone("other", {.dropout = 0.5});
  int layers = 0;
  for (const auto& part : twice->named_modules("other")) {
    const auto* layer = dynamic_cast<NoiseLayer*>(part.value().get());
    if (!layer) continue;
    EXPECT_EQ(layer->name_key, random::name_key(part.key()));
    ++layers;
  }
  EXPECT_EQ(layers, 1);
}

TEST_F(Assemblies, NetworksOfOtherNamesStartFromOtherWeights) {
  const auto other = assembly.backbone("other", {});
  EXPECT_FALSE(at::equal(net->parameters()[0], other->parameters()[0]));
  Assembly again(kTask, "mlp-4", 7), reseeded(kTask, "mlp-4", 8);
  EXPECT_TRUE(at::equal(net->parameters()[0], again.backbone("net", {})->parameters()[0]));
  EXPECT_FALSE(at::equal(net->parameters()[0], reseeded.backbone("net", {})->parameters()[0]));
}

TEST_F(Assemblies, ModelTensorsAreParametersBuffersAndState) {
  assembly.state("memory", at::arange(4));
  std::vector<std::string> names;
  for (const auto& [name, tensor] : assembly.model_tensors()) names.push_back(name);
  EXPECT_THAT(names, testing::IsSupersetOf({"net.linear1.weight", "net.norm1.running_var",
                                            "net.head.bias", "memory"}));
  EXPECT_EQ(names.size(), net->parameters().size() + net->buffers().size() + 1);
}

TEST_F(Assemblies, NamesAreTakenOnce) {
  assembly.state("memory", at::zeros({1}));
  EXPECT_THROW(assembly.backbone("net", {}), Error);
  EXPECT_THROW(assembly.state("net", at::zeros({1})), Error);
  EXPECT_THROW(assembly.backbone("memory", {}), Error);
  assembly.optimizer("adam", {&*net}, {});
  EXPECT_THROW(assembly.optimizer("adam", {&*net}, {}), Error);
}

// Moments would be saved, and the weights that they belong to would not.
TEST_F(Assemblies, OptimizersTakeRegisteredModulesAndPartsOfThem) {
  const auto other = std::make_shared<Linear>(2, 3);
  EXPECT_THROW(assembly.optimizer("other", {other.get()}, {}), Error);
  EXPECT_NO_THROW(assembly.optimizer("part", {net->children().front().get()}, {}));
  assembly.module("other", other);
  EXPECT_NO_THROW(assembly.optimizer("other", {other.get()}, {}));
}

TEST_F(Assemblies, StateThatTheMethodPutsAwayIsNoticed) {
  auto z = assembly.state("z", at::ones({3}));
  z.mul_(0.9).add_(1);
  EXPECT_NO_THROW(assembly.require_states_kept());
  z = z * 0.9;
  EXPECT_THROW(assembly.require_states_kept(), Error);
}

TEST_F(Assemblies, ANetworkCannotFollowItself) {
  EXPECT_THROW(assembly.follow(net, net, 0.9, false), Error);
}

TEST_F(Assemblies, OptimizersTakeNoFrozenParameter) {
  net->parameters()[0].set_requires_grad(false);
  const auto optimizer = assembly.optimizer("adam", {&*net}, {});
  EXPECT_EQ(assembly.at(optimizer).parameters().size(), net->parameters().size() - 1);
}

TEST_F(Assemblies, AnEmptyOptimizerHandleIsRefused) {
  EXPECT_THROW(assembly.at(Optimizer()), Error);
  EXPECT_THROW(assembly.at(Optimizer(3)), Error);
}

}  // namespace
}  // namespace sslhost::host
