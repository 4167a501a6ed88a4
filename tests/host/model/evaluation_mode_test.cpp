// SPDX-License-Identifier: Apache-2.0
#include "host/model/evaluation_mode.hpp"

#include <gtest/gtest.h>

#include <ATen/Functions.h>
#include <torch/nn/modules/batchnorm.h>

#include "sslhost/nn/batch_norm.hpp"
#include "sslhost/nn/layers.hpp"

namespace sslhost::host {
namespace {

struct Net : Module {
  Net() {
    ours = register_module("ours", std::make_shared<BatchNorm>(3));
    theirs = register_module("theirs", std::make_shared<torch::nn::BatchNorm1dImpl>(3));
    dropout = register_module("dropout", std::make_shared<Dropout>(0.5));
  }
  Tensor forward(const Tensor& x) { return dropout->forward(theirs->forward(ours->forward(x))); }
  std::shared_ptr<BatchNorm> ours;
  std::shared_ptr<torch::nn::BatchNorm1dImpl> theirs;
  std::shared_ptr<Dropout> dropout;
};

class EvaluationScopes : public testing::Test {
 protected:
  EvaluationScopes() {
    detail::noise_context() = &noise;
    statistics.add(*net);
    const auto scope = statistics.open(*net);
    net->forward(x + 3);  // running statistics that differ from the batch's
  }
  ~EvaluationScopes() override { detail::noise_context() = nullptr; }

  detail::NoiseContext noise{.key = 1};
  std::shared_ptr<Net> net = std::make_shared<Net>();
  BatchNormStatistics statistics;
  Tensor x = at::linspace(-1, 2, 18).view({6, 3}).sin();
};

TEST_F(EvaluationScopes, GiveWhatTestTimeGivesAndLeaveNoTrace) {
  const auto before = net->ours->running_mean.clone(), others = net->theirs->running_mean.clone();
  net->ours->set_training(false);  // frozen by the method
  Tensor inside;
  {
    const auto scope = evaluation_scope(*net);
    inside = net->forward(x);
    EXPECT_TRUE(at::equal(inside, net->forward(x))) << "nothing is drawn";
  }
  EXPECT_FALSE(net->ours->is_training()) << "what was frozen stays frozen";
  EXPECT_TRUE(net->is_training() && net->theirs->is_training() && net->dropout->is_training());
  EXPECT_TRUE(at::equal(net->ours->running_mean, before));
  EXPECT_TRUE(at::equal(net->theirs->running_mean, others));
  EXPECT_FALSE(at::equal(inside, net->forward(x))) << "training passes differ";
  net->eval();
  EXPECT_TRUE(at::equal(inside, net->forward(x)));
}

TEST_F(EvaluationScopes, LetGradientsThrough) {
  const auto input = x.clone().requires_grad_();
  const auto scope = evaluation_scope(*net);
  EXPECT_TRUE(net->forward(input).requires_grad());
}

TEST_F(EvaluationScopes, OfAPartLeaveTheOthersInTraining) {
  const auto scope = evaluation_scope(*net->ours);
  EXPECT_FALSE(net->ours->is_training());
  EXPECT_TRUE(net->theirs->is_training() && net->is_training());
}

}  // namespace
}  // namespace sslhost::host
