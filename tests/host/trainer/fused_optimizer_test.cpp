// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/fused_optimizer.hpp"

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

  void adam(const OptimizerOptions& o, double rate, double gradient, int t) {
    const double g = gradient + o.weight_decay * w;
    m = o.beta1 * m + (1 - o.beta1) * g;
    v = o.beta2 * v + (1 - o.beta2) * g * g;
    w -= rate * (m / (1 - std::pow(o.beta1, t))) /
         (std::sqrt(v / (1 - std::pow(o.beta2, t))) + o.epsilon);
  }
  void sgd(const OptimizerOptions& o, double rate, double gradient) {
    m = o.momentum * m + gradient + o.weight_decay * w;
    w -= rate * m;
  }
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

class Optimizers : public testing::TestWithParam<Kind> {
 protected:
  OptimizerOptions options() const {
    return {.kind = GetParam(),
            .rate = 0.02,
            .weight_decay = 0.1,
            .schedule = {.kind = ScheduleOptions::Kind::linear}};
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
    const double rate = 0.02 * (1 - step / static_cast<double>(kSteps));
    const auto gradients = some_gradients(step);
    size_t next = 0;
    for (const auto& g : gradients)
      for (int64_t i = 0; i < g.numel(); ++i) {
        const double value = g.flatten()[i].item<double>();
        auto& weight = plain[next++];
        GetParam() == Kind::adam ? weight.adam(o, rate, value, step + 1)
                                 : weight.sgd(o, rate, value);
      }
    optimizer->set_rate(step, kSteps);
    optimizer->update(gradients, kGo);
  }
  size_t next = 0;
  for (const auto& p : optimizer->parameters())
    for (int64_t i = 0; i < p.numel(); ++i)
      EXPECT_NEAR(p.flatten()[i].item<double>(), plain[next++].w, 5e-6);
}

TEST_P(Optimizers, SkippedUpdateLeavesWeightsMomentsAndStepCount) {
  const auto optimizer = make();
  optimizer->set_rate(0, 10);
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
  optimizer->set_rate(0, 10);
  const auto before = copies(optimizer->parameters());
  optimizer->update({Tensor(), some_gradients(0)[1]}, kGo);
  EXPECT_TRUE(at::equal(optimizer->parameters()[0], before[0]));
  EXPECT_FALSE(at::equal(optimizer->parameters()[1], before[1]));
  optimizer->update({Tensor(), Tensor()}, kGo);  // nothing to do is not an error
}

// LibTorch's fused kernels do not raise version counters: without help the old graph would give
// stale gradients.
TEST_P(Optimizers, GraphFromBeforeAnUpdateRefusesToRunBackwards) {
  const auto w = at::ones({3}).requires_grad_();
  const auto optimizer = make_optimizer("o", {w}, options());
  optimizer->set_rate(0, 10);
  const auto loss = (w * w).sum();
  optimizer->update({at::ones({3})}, kGo);
  EXPECT_THROW(torch::autograd::grad({loss}, {w}), c10::Error);
}

TEST_P(Optimizers, StateNamesEveryTensorThatAnUpdateChanges) {
  const auto a = make(), b = make();
  a->set_rate(0, 10);
  a->update(some_gradients(0), kGo);
  const auto from = a->state(), to = b->state();
  for (size_t i = 0; i < from.size(); ++i) {
    EXPECT_EQ(to[i].first, from[i].first);
    Tensor(to[i].second).copy_(from[i].second);
  }
  for (size_t i = 0; i < 2; ++i) Tensor(b->parameters()[i]).copy_(a->parameters()[i]);
  for (const auto* optimizer : {a.get(), b.get()}) {
    const_cast<FusedOptimizer*>(optimizer)->set_rate(1, 10);
    const_cast<FusedOptimizer*>(optimizer)->update(some_gradients(1), kGo);
  }
  expect_same_bits(everything(*a), everything(*b));
}

INSTANTIATE_TEST_SUITE_P(Fused, Optimizers, testing::Values(Kind::adam, Kind::sgd),
                         [](const auto& kind) {
                           return kind.param == Kind::adam ? "Adam" : "Sgd";
                         });

TEST(MakeOptimizer, RefusesToTrainNothing) {
  EXPECT_THROW(make_optimizer("o", {}, {}), c10::Error);
}

}  // namespace
}  // namespace sslhost::host
