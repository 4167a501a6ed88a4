// SPDX-License-Identifier: Apache-2.0
#include "host/model/batch_norm_statistics.hpp"

#include <vector>

#include <gtest/gtest.h>

#include <ATen/Functions.h>
#include <torch/nn/modules/batchnorm.h>

#include "sslhost/error.hpp"
#include "sslhost/types.hpp"

namespace sslhost::host {
namespace {

using torch::nn::BatchNorm1dImpl;
using torch::nn::BatchNorm1dOptions;

struct NetModule : torch::nn::Module {
  explicit NetModule(const BatchNorm1dOptions& options)
      : norm(register_module("norm", std::make_shared<BatchNorm1dImpl>(options))) {}
  std::shared_ptr<BatchNorm1dImpl> norm;
};
using Net = std::shared_ptr<NetModule>;
Net make_net(const BatchNorm1dOptions& options = BatchNorm1dOptions(4)) {
  return std::make_shared<NetModule>(options);
}

std::vector<Tensor> copies(const Net& net) {
  std::vector<Tensor> all;
  for (const auto& buffer : net->buffers()) all.push_back(buffer.clone());
  return all;
}
void expect_buffers(const Net& net, const std::vector<Tensor>& expected) {
  const auto buffers = net->buffers();
  ASSERT_EQ(buffers.size(), 3U);  // mean, variance, number of batches
  for (size_t i = 0; i < 3; ++i) EXPECT_TRUE(at::equal(buffers[i], expected[i])) << "buffer " << i;
}

/// Exponential averages, and the cumulative average that an empty momentum asks for.
class Statistics : public testing::TestWithParam<std::optional<double>> {
 protected:
  Statistics() : net(make_net(options())), twin(make_net(options())), adopted(adopt(net)) {
    gates.add(*adopted);
  }
  static BatchNorm1dOptions options() { return BatchNorm1dOptions(4).momentum(GetParam()); }
  Tensor batch(int number) const {
    return at::linspace(-1, 2, 20).view({5, 4}).mul(number + 1).sin().add(number);
  }
  Net net, twin;  // the twin is left to LibTorch
  std::shared_ptr<Module> adopted;
  BatchNormStatistics gates;
};

TEST_P(Statistics, ClosedPassesNormaliseByTheBatchAndRecordNothing) {
  {
    const auto scope = gates.open(*net);
    net->norm->forward(batch(0));
  }
  const auto before = copies(net);
  const auto out = net->norm->forward(batch(1));
  expect_buffers(net, before);
  EXPECT_TRUE(at::equal(out, twin->norm->forward(batch(1))));
}

TEST_P(Statistics, OpenPassesRecordAsLibTorchDoes) {
  for (int i = 0; i < 3; ++i) {
    gates.begin_step();
    net->norm->forward(batch(10 + i));
    {
      const auto scope = gates.open(*net);
      net->norm->forward(batch(i));
      net->norm->forward(batch(20 + i));  // several passes in one scope are the method's choice
    }
    net->norm->forward(batch(30 + i));
    twin->norm->forward(batch(i));
    twin->norm->forward(batch(20 + i));
  }
  expect_buffers(net, copies(twin));
  EXPECT_EQ(net->norm->num_batches_tracked.item<int64_t>(), 6);
}

TEST_P(Statistics, EvaluationUsesWhatWasRecorded) {
  {
    const auto scope = gates.open(*net);
    net->norm->forward(batch(0));
  }
  twin->norm->forward(batch(0));
  gates.open_all();
  net->eval();
  twin->eval();
  EXPECT_TRUE(at::equal(net->norm->forward(batch(5)), twin->norm->forward(batch(5))));
}

INSTANTIATE_TEST_SUITE_P(Momenta, Statistics, testing::Values(0.1, std::nullopt),
                         [](const auto& momentum) {
                           return momentum.param ? "Exponential" : "Cumulative";
                         });

TEST(BatchNormStatistics, OneModuleIsOpenedOnceAStep) {
  const auto net = make_net();
  BatchNormStatistics gates;
  gates.add(*net);
  {
    const auto scope = gates.open(*net);
  }
  EXPECT_THROW(gates.open(*net), Error);
  gates.begin_step();
  EXPECT_NO_THROW(gates.open(*net));
}

TEST(BatchNormStatistics, APartOfAnOpenedModuleIsNotOpenedAgain) {
  const auto net = make_net();
  BatchNormStatistics gates;
  gates.add(*net);
  {
    const auto scope = gates.open(*net);
  }
  EXPECT_THROW(gates.open(*net->norm), Error)
      << "its statistics would be recorded twice in one step";
}

TEST(BatchNormStatistics, KnowWhetherAnythingWasEverRecorded) {
  const auto net = make_net(), copy = make_net(),
             untracked = make_net(BatchNorm1dOptions(4).track_running_stats(false));
  BatchNormStatistics gates;
  EXPECT_FALSE(gates.nothing_recorded()) << "no layers: nothing is missing";
  gates.add(*untracked);
  EXPECT_FALSE(gates.nothing_recorded());
  gates.add(*copy);
  gates.exempt(*copy);
  EXPECT_FALSE(gates.nothing_recorded()) << "a copy of another module records nothing itself";
  gates.add(*net);
  EXPECT_TRUE(gates.nothing_recorded());
  {
    const auto scope = gates.open(*net);
  }
  EXPECT_FALSE(gates.nothing_recorded());
}

TEST(BatchNormStatistics, WeightsFromAFileCountAsRecorded) {
  const auto net = make_net();
  BatchNormStatistics gates;
  gates.add(*net);
  gates.assume_recorded();
  EXPECT_FALSE(gates.nothing_recorded());
}

}  // namespace
}  // namespace sslhost::host
