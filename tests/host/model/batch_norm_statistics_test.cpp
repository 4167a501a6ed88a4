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
class AdoptedStatistics : public testing::TestWithParam<std::optional<double>> {
 protected:
  AdoptedStatistics() : net(make_net(options())), twin(make_net(options())), adopted(adopt(net)) {
    statistics.add(*adopted);
  }
  static BatchNorm1dOptions options() { return BatchNorm1dOptions(4).momentum(GetParam()); }
  Tensor batch(int number) const {
    return at::linspace(-1, 2, 20).view({5, 4}).mul(number + 1).sin().add(number);
  }
  Net net, twin;  // the twin is left to LibTorch
  std::shared_ptr<Module> adopted;
  BatchNormStatistics statistics;
};

TEST_P(AdoptedStatistics, ClosedPassesNormaliseByTheBatchAndRecordNothing) {
  {
    const auto scope = statistics.open(*adopted);
    net->norm->forward(batch(0));
  }
  const auto before = copies(net);
  const auto out = net->norm->forward(batch(1));
  expect_buffers(net, before);
  EXPECT_TRUE(at::equal(out, twin->norm->forward(batch(1))));
}

TEST_P(AdoptedStatistics, OpenPassesRecordAsLibTorchDoes) {
  for (int i = 0; i < 3; ++i) {
    statistics.begin_step();
    net->norm->forward(batch(10 + i));
    {
      const auto scope = statistics.open(*adopted);
      net->norm->forward(batch(i));
      net->norm->forward(batch(20 + i));  // several passes in one scope are the method's choice
    }
    net->norm->forward(batch(30 + i));
    twin->norm->forward(batch(i));
    twin->norm->forward(batch(20 + i));
  }
  expect_buffers(net, copies(twin));
  EXPECT_EQ(adopted->buffers().back().item<int64_t>(), 6);  // batches
}

TEST_P(AdoptedStatistics, EvaluationUsesWhatWasRecorded) {
  {
    const auto scope = statistics.open(*adopted);
    net->norm->forward(batch(0));
  }
  twin->norm->forward(batch(0));
  adopted->eval();
  twin->eval();
  EXPECT_TRUE(at::equal(net->norm->forward(batch(5)), twin->norm->forward(batch(5))));
}

INSTANTIATE_TEST_SUITE_P(Momenta, AdoptedStatistics, testing::Values(0.1, std::nullopt),
                         [](const auto& momentum) {
                           return momentum.param ? "Exponential" : "Cumulative";
                         });

TEST(BatchNormStatistics, OneModuleIsOpenedOnceAStep) {
  const auto net = make_net();
  const auto module = adopt(net);
  BatchNormStatistics statistics;
  statistics.add(*module);
  {
    const auto scope = statistics.open(*module);
  }
  EXPECT_THROW(statistics.open(*module), Error);
  statistics.begin_step();
  EXPECT_NO_THROW(statistics.open(*module));
}

TEST(BatchNormStatistics, APartOfAnOpenedModuleIsNotOpenedAgain) {
  const auto net = make_net();
  const auto module = adopt(net);
  BatchNormStatistics statistics;
  statistics.add(*module);
  {
    const auto scope = statistics.open(*module);
  }
  EXPECT_THROW(statistics.open(*module->named_modules()[1].module), Error)
      << "its statistics would be recorded twice in one step";
}

TEST(BatchNormStatistics, KnowWhetherAnythingWasEverRecorded) {
  const auto module = adopt(make_net()), copy = adopt(make_net()),
             untracked = adopt(make_net(BatchNorm1dOptions(4).track_running_stats(false)));
  BatchNormStatistics statistics;
  EXPECT_FALSE(statistics.nothing_recorded()) << "no layers: nothing is missing";
  statistics.add(*untracked);
  EXPECT_FALSE(statistics.nothing_recorded());
  statistics.add(*copy);
  statistics.exempt(*copy);
  EXPECT_FALSE(statistics.nothing_recorded()) << "a copy of another module records nothing itself";
  statistics.add(*module);
  EXPECT_TRUE(statistics.nothing_recorded());
  {
    const auto scope = statistics.open(*module);
  }
  EXPECT_FALSE(statistics.nothing_recorded());
}

TEST(BatchNormStatistics, WeightsFromAFileCountAsRecorded) {
  const auto net = make_net();
  const auto module = adopt(net);
  BatchNormStatistics statistics;
  statistics.add(*module);
  statistics.assume_recorded();
  EXPECT_FALSE(statistics.nothing_recorded());
}

}  // namespace
}  // namespace sslhost::host
