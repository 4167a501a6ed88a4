// SPDX-License-Identifier: Apache-2.0
#include "sslhost/nn/batch_norm.hpp"

#include <gmock/gmock.h>

#include <ATen/Functions.h>
#include <torch/nn/modules/batchnorm.h>

#include "sslhost/error.hpp"
#include "sslhost/training/gradients.hpp"
#include "sslhost/training/random.hpp"

#include "tests/support/failures.hpp"

namespace sslhost {
namespace {

Tensor batch(int number) {
  return at::linspace(-1, 2, 20).view({5, 4}).mul(number + 1).sin().add(number);
}

/// Of float32 in rows there is a kernel of our own (norms_test.cpp); the rest is LibTorch's.
Tensor in_float64(int number) { return batch(number).to(at::kDouble); }

TEST(BatchNorm, RecordsAndNormalizesAsLibTorchsDoesToTheBit) {
  BatchNorm ours(4);
  torch::nn::BatchNorm1dImpl theirs(4);
  ours.to(at::kDouble);
  ours.num_batches_tracked = ours.num_batches_tracked.to(at::kLong);
  theirs.to(at::kDouble);
  ours.record_statistics(true);
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(at::equal(ours(in_float64(i)), theirs.forward(in_float64(i)))) << i;
  EXPECT_TRUE(at::equal(ours.running_mean, theirs.running_mean));
  EXPECT_TRUE(at::equal(ours.running_var, theirs.running_var));
  EXPECT_TRUE(at::equal(ours.num_batches_tracked, theirs.num_batches_tracked));
  ours.eval();
  theirs.eval();
  EXPECT_TRUE(at::equal(ours(in_float64(9)), theirs.forward(in_float64(9))));
}

TEST(BatchNorm, RecordsNothingUnlessItIsOpened) {
  BatchNorm norm(4);
  torch::nn::BatchNorm1dImpl theirs(4);
  EXPECT_TRUE(at::allclose(norm(batch(1)), theirs.forward(batch(1)), 1e-5, 1e-6))
      << "the batch's own statistics";
  EXPECT_TRUE(at::equal(norm.running_mean, at::zeros({4})));
  EXPECT_TRUE(at::equal(norm.running_var, at::ones({4})));
  EXPECT_EQ(norm.num_batches_tracked.item<int64_t>(), 0);
}

TEST(BatchNorm, GradientsAreLibTorchsWhereChannelsAreNotLast) {
  BatchNorm ours(3);
  torch::nn::BatchNorm2dImpl theirs(3);
  const auto a = at::linspace(-2, 1, 2 * 3 * 4 * 4).view({2, 3, 4, 4}).sin().requires_grad_();
  const auto b = a.detach().clone().requires_grad_();
  ours.forward_relu(a, 0.1).square().mean(1).sum().backward();
  at::leaky_relu(theirs.forward(b), 0.1).square().mean(1).sum().backward();
  EXPECT_TRUE(at::equal(a.grad(), b.grad()));
}

// Here LibTorch fills new memory with NaN; 0 * NaN must not reach the statistics.
TEST(BatchNorm, AMeanAtFirstReadsNoMemoryNeverWritten) {
  auto& context = at::globalContext();
  context.setDeterministicAlgorithms(true, /*warn_only=*/true);
  context.setDeterministicFillUninitializedMemory(true);
  const auto unset = at::empty({4}).isnan().all().item<bool>();
  BatchNorm norm(4, {.mean_at_first = true});
  norm.record_statistics(true);
  norm(batch(1));
  context.setDeterministicAlgorithms(false, /*warn_only=*/false);
  EXPECT_TRUE(unset) << "the check itself";
  EXPECT_TRUE(at::allclose(norm.running_mean, batch(1).mean(0), 1e-5, 1e-6));
  EXPECT_TRUE(at::allclose(norm.running_var, batch(1).var(0), 1e-5, 1e-6));
}

// With a momentum of 0.001 a fifth of the initial 0 and 1 is left after 1,500 batches.
TEST(BatchNorm, AMeanAtFirstLeavesNothingOfTheInitialStatistics) {
  BatchNorm norm(4, {.momentum = 0.1, .mean_at_first = true});
  norm.record_statistics(true);
  auto mean = at::zeros({4}), var = at::zeros({4});
  for (int n = 1; n <= 20; ++n) {
    norm(batch(n));
    const double share = std::max(0.1, 1.0 / n);
    mean = mean * (1 - share) + share * batch(n).mean(0);
    var = var * (1 - share) + share * batch(n).var(0);
    EXPECT_TRUE(at::allclose(norm.running_mean, mean, 1e-5, 1e-6)) << n;
    EXPECT_TRUE(at::allclose(norm.running_var, var, 1e-5, 1e-6)) << n;
  }
}

TEST(BatchNorm, ABatchOfOneIsTheUsersMistake) {
  BatchNorm norm(4);
  expect_failure(ExitCode::usage, "a batch of one", [&] { norm(at::ones({1, 4})); });
  norm.eval();
  EXPECT_NO_THROW(norm(at::ones({1, 4})));
}

/// A pass by recorded statistics, and one behind it that records: the gradient of the first is by
/// what it saw.
TEST(BatchNorm, RecordingChangesNoGradientOfAnEarlierPass) {
  for (const bool records : {false, true}) {
    SCOPED_TRACE(records);
    BatchNorm norm(3);
    const auto x = random::normal({8, 3}, 1, c10::kCPU).requires_grad_(true);
    norm.set_training(false);
    const auto y = (norm.forward(x) * random::normal({8, 3}, 2, c10::kCPU)).sum();
    norm.set_training(true);
    norm.record_statistics(records);
    const auto later = norm.forward(random::normal({8, 3}, 3, c10::kCPU) + 7);
    const auto g = gradients(y, {norm.weight})[0];
    const auto expected =
        (x.detach() / std::sqrt(1 + 1e-5) * random::normal({8, 3}, 2, c10::kCPU)).sum(0);
    EXPECT_TRUE(at::allclose(g, expected, 1e-5, 1e-6)) << g << expected;
  }
}

}  // namespace
}  // namespace sslhost
