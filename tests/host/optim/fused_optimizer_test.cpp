// SPDX-License-Identifier: Apache-2.0
#include "host/optim/fused_optimizer.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include <ATen/Functions.h>
#include <torch/csrc/autograd/autograd.h>

namespace sslhost::host {
namespace {

using Kind = OptimizerOptions::Kind;

/// One scalar weight and its optimizer, in float64 and straight from the papers' formulas.
struct PlainWeight {
  double w, m = 0, v = 0;

  void step(const OptimizerOptions& o, double rate, double gradient, int t) {
    const bool decoupled = o.kind == Kind::adamw;
    const double g = gradient + (decoupled ? 0 : o.weight_decay * w);
    if (decoupled) w -= rate * o.weight_decay * w;
    if (o.kind == Kind::sgd) {
      m = o.momentum * m + g;
      w -= rate * (o.nesterov ? g + o.momentum * m : m);
    } else if (o.kind == Kind::adadelta) {
      m = o.rho * m + (1 - o.rho) * g * g;
      const double change =
          std::sqrt(v + o.adadelta_epsilon) / std::sqrt(m + o.adadelta_epsilon) * g;
      v = o.rho * v + (1 - o.rho) * change * change;
      w -= rate * change;
    } else {
      m = o.beta1 * m + (1 - o.beta1) * g;
      v = o.beta2 * v + (1 - o.beta2) * g * g;
      w -= rate * (m / (1 - std::pow(o.beta1, t))) /
           (std::sqrt(v / (1 - std::pow(o.beta2, t))) + o.epsilon);
    }
  }
};

struct Variant {
  const char* name;
  OptimizerOptions options;
};
const Variant kVariants[] = {
    {"Adam", {.kind = Kind::adam, .learning_rate = 0.02}},
    {"AdamW", {.kind = Kind::adamw, .learning_rate = 0.02}},
    {"Sgd", {.kind = Kind::sgd, .learning_rate = 0.02}},
    {"Nesterov", {.kind = Kind::sgd, .learning_rate = 0.02, .nesterov = true}},
    {"PlainSgd", {.kind = Kind::sgd, .learning_rate = 0.02, .momentum = 0}},
    {"Adadelta", {.kind = Kind::adadelta, .learning_rate = 1}},
};

const Tensor kGo = at::zeros({}), kSkip = at::ones({});

std::vector<Tensor> some_parameters() {
  return {at::linspace(-1, 1, 6).view({2, 3}), at::linspace(0.5, 2, 5)};
}
std::vector<Tensor> some_gradients(int step) {
  return {at::linspace(0.1, 2, 6).view({2, 3}).mul(std::sin(step + 1.0)),
          at::linspace(-1, 0.3, 5).mul(std::cos(step * 0.7))};
}
std::vector<Tensor> copies(const std::vector<Tensor>& tensors) {
  std::vector<Tensor> all;
  for (const auto& t : tensors) all.push_back(t.clone());
  return all;
}
std::vector<Tensor> everything(const FusedOptimizer& optimizer) {
  auto all = copies(optimizer.parameters());
  for (const auto& [name, tensor] : optimizer.state()) all.push_back(tensor.clone());
  return all;
}
void expect_same_bits(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(at::equal(a[i], b[i])) << "tensor " << i;
}

class Optimizers : public testing::TestWithParam<Variant> {
 protected:
  OptimizerOptions options() const {
    auto o = GetParam().options;
    o.weight_decay = 0.1;
    o.schedule.kind = ScheduleOptions::Kind::linear;
    return o;
  }
  std::unique_ptr<FusedOptimizer> make() const {
    return make_optimizer("o", some_parameters(), options());
  }
};

TEST_P(Optimizers, FollowTheirFormulasInFloat64) {
  constexpr int kSteps = 25;
  const auto o = options();
  const auto optimizer = make();
  std::vector<PlainWeight> plain;
  for (const auto& p : optimizer->parameters())
    for (int64_t i = 0; i < p.numel(); ++i) plain.push_back({p.flatten()[i].item<double>()});
  for (int step = 0; step < kSteps; ++step) {
    const double rate = o.learning_rate * (1 - step / static_cast<double>(kSteps));
    const auto gradients = some_gradients(step);
    size_t next = 0;
    for (const auto& g : gradients)
      for (int64_t i = 0; i < g.numel(); ++i) {
        const double value = g.flatten()[i].item<double>();
        plain[next++].step(o, rate, value, step + 1);
      }
    optimizer->set_learning_rate(step, kSteps);
    optimizer->update(gradients, kGo);
  }
  size_t next = 0;
  for (const auto& p : optimizer->parameters())
    for (int64_t i = 0; i < p.numel(); ++i)
      EXPECT_NEAR(p.flatten()[i].item<double>(), plain[next++].w, 5e-6);
}

TEST_P(Optimizers, SkippedUpdateLeavesWeightsMomentsAndStepCount) {
  const auto optimizer = make();
  optimizer->set_learning_rate(0, 10);
  optimizer->update(some_gradients(0), kGo);
  const auto before = everything(*optimizer);
  auto bad = some_gradients(1);
  bad[0].fill_(std::numeric_limits<float>::quiet_NaN());
  optimizer->update(bad, kSkip);
  expect_same_bits(everything(*optimizer), before);
  optimizer->update(some_gradients(1), kGo);
  EXPECT_FALSE(at::equal(optimizer->parameters()[0], before[0]))
      << "the next good update counts again";
}

TEST_P(Optimizers, UndefinedGradientLeavesItsParameterAlone) {
  const auto optimizer = make();
  optimizer->set_learning_rate(0, 10);
  const auto before = copies(optimizer->parameters());
  optimizer->update({Tensor(), some_gradients(0)[1]}, kGo);
  EXPECT_TRUE(at::equal(optimizer->parameters()[0], before[0]));
  EXPECT_FALSE(at::equal(optimizer->parameters()[1], before[1]));
  optimizer->update({Tensor(), Tensor()}, kGo);  // nothing to do is not an error
}

// LibTorch's fused kernels do not raise version counters: without help the old graph would give
// stale gradients.
TEST_P(Optimizers, LayoutOfAGradientInMemoryDoesNotMatter) {
  const auto plain = at::linspace(-1, 1, 36).view({2, 2, 3, 3});
  for (const auto& gradient :
       {plain.contiguous(at::MemoryFormat::ChannelsLast), at::ones({}).expand({2, 2, 3, 3})}) {
    std::vector<Tensor> ends;
    for (const auto& g : {gradient, gradient.clone(at::MemoryFormat::Contiguous)}) {
      const auto optimizer = make_optimizer("o", {plain.clone()}, options());
      optimizer->set_learning_rate(0, 10);
      optimizer->update({g}, kGo);
      ends.push_back(optimizer->parameters()[0]);
    }
    EXPECT_TRUE(at::equal(ends[0], ends[1]));
  }
}

TEST_P(Optimizers, GraphFromBeforeAnUpdateRefusesToRunBackwards) {
  const auto w = at::ones({3}).requires_grad_();
  const auto optimizer = make_optimizer("o", {w}, options());
  optimizer->set_learning_rate(0, 10);
  const auto loss = (w * w).sum();
  optimizer->update({at::ones({3})}, kGo);
  EXPECT_THROW(torch::autograd::grad({loss}, {w}), c10::Error);
}

TEST_P(Optimizers, StateNamesEveryTensorThatAnUpdateChanges) {
  const auto a = make(), b = make();
  a->set_learning_rate(0, 10);
  a->update(some_gradients(0), kGo);
  const auto from = a->state(), to = b->state();
  for (size_t i = 0; i < from.size(); ++i) {
    EXPECT_EQ(to[i].first, from[i].first);
    Tensor(to[i].second).copy_(from[i].second);
  }
  for (size_t i = 0; i < 2; ++i) Tensor(b->parameters()[i]).copy_(a->parameters()[i]);
  for (const auto* optimizer : {a.get(), b.get()}) {
    const_cast<FusedOptimizer*>(optimizer)->set_learning_rate(1, 10);
    const_cast<FusedOptimizer*>(optimizer)->update(some_gradients(1), kGo);
  }
  expect_same_bits(everything(*a), everything(*b));
}

INSTANTIATE_TEST_SUITE_P(Fused, Optimizers, testing::ValuesIn(kVariants),
                         [](const auto& variant) { return variant.param.name; });

/// Three updates of weights and gradients of that type; a transposed weight is not contiguous.
std::vector<Tensor> three_updates(at::ScalarType type, bool transposed) {
  auto weight = some_parameters()[0];
  weight = (transposed ? weight.t().contiguous().t() : weight).to(type);
  const auto optimizer = make_optimizer(
      "o", {weight}, {.kind = Kind::adadelta, .learning_rate = 1, .weight_decay = 0.1});
  optimizer->set_learning_rate(0, 10);
  for (int step = 0; step < 3; ++step) optimizer->update({some_gradients(step)[0].to(type)}, kGo);
  auto nan = at::full({2, 3}, std::numeric_limits<double>::quiet_NaN(), type);
  optimizer->update({nan}, kSkip);
  std::vector<Tensor> all = {weight.to(at::kDouble)};
  for (const auto& [name, tensor] : optimizer->state()) all.push_back(tensor.to(at::kDouble));
  return all;
}

TEST(Adadelta, TheLoopAndTheListsOfTensorsAgree) {
  const auto loop = three_updates(at::kFloat, false);
  for (const auto& lists : {three_updates(at::kFloat, true), three_updates(at::kDouble, false)})
    for (size_t i = 0; i < loop.size(); ++i)
      EXPECT_TRUE(at::allclose(lists[i], loop[i], 1e-4, 1e-7)) << "tensor " << i;
}

TEST(Clipping, ShortensTheGradientOverAllParametersAndLeavesShorterOnes) {
  const OptimizerOptions o{.kind = Kind::sgd, .learning_rate = 1, .momentum = 0, .clip = 5};
  const std::vector<Tensor> weights = {at::zeros({1}), at::zeros({2})};
  const auto optimizer = make_optimizer("o", weights, o);
  optimizer->set_learning_rate(0, 10);
  optimizer->update({at::full({1}, 6.0F), at::tensor({0.0F, 8.0F})}, kGo);  // a norm of 10
  EXPECT_TRUE(at::allclose(weights[0], at::full({1}, -3.0)));
  EXPECT_TRUE(at::allclose(weights[1], at::tensor({0.0F, -4.0F})));
  optimizer->update({at::full({1}, 3.0), at::zeros({2})}, kGo);
  EXPECT_TRUE(at::allclose(weights[0], at::full({1}, -6.0)));
}

TEST(Plateau, LowersTheRateAfterMoreThanPatienceLooksWithoutAFall) {
  const auto optimizer = make_optimizer(
      "o", {at::zeros({1})},
      {.learning_rate = 1,
       .schedule = {.kind = ScheduleOptions::Kind::plateau, .factor = 0.1, .patience = 2}});
  optimizer->check(2);  // it rests: no value is its own yet
  optimizer->update({at::zeros({1})}, kGo);
  // 0.99995 is no fall, since it is less than 1e-4 below 1; after the fourth check the count begins
  // anew.
  const std::pair<double, double> checks[] = {{1.0, 1},   {0.99995, 1}, {1.2, 1},   {1.1, 0.1},
                                              {1.0, 0.1}, {1.0, 0.1},   {0.9, 0.1}, {0.9, 0.1},
                                              {0.9, 0.1}, {0.9, 0.01}};
  for (const auto& [value, rate] : checks) {
    optimizer->check(value);
    optimizer->set_learning_rate(0, 10);
    EXPECT_DOUBLE_EQ(optimizer->learning_rate(), rate) << value;
  }
  optimizer->restart_plateau();
  optimizer->set_learning_rate(0, 10);
  EXPECT_EQ(optimizer->learning_rate(), 1);
}

TEST(Plateau, OtherSchedulesDoNotGoByChecks) {
  const auto optimizer = make_optimizer("o", {at::zeros({1})}, {.learning_rate = 1});
  for (int i = 0; i < 30; ++i) optimizer->check(1);
  optimizer->set_learning_rate(0, 10);
  EXPECT_EQ(optimizer->learning_rate(), 1);
}

TEST(MakeOptimizer, RefusesToTrainNothing) {
  EXPECT_THROW(make_optimizer("o", std::vector<Tensor>(), {}), c10::Error);
}

// A layer that begins to learn later has moments of its own age, as in PyTorch.
TEST(FusedOptimizer, AdamCorrectsTheMomentsOfEachParameterByItsOwnUpdates) {
  const OptimizerOptions o{.kind = Kind::adam, .learning_rate = 0.02};
  const auto early = at::ones({1}), late = at::ones({1});
  const auto optimizer = make_optimizer("o", std::vector<Tensor>{early, late}, o);
  PlainWeight plain{1};
  for (int t = 1; t <= 20; ++t) {
    optimizer->set_learning_rate(t - 1, 100);
    const double g = std::cos(t);
    optimizer->update({at::full({1}, 0.5), t <= 10 ? Tensor() : at::full({1}, g)}, kGo);
    if (t > 10) plain.step(o, 0.02, g, t - 10);
  }
  EXPECT_NEAR(late.item<double>(), plain.w, 1e-5);
}

}  // namespace
}  // namespace sslhost::host
