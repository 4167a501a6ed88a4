// SPDX-License-Identifier: Apache-2.0
#include "host/parallel/means.hpp"

#include <functional>

#include <gmock/gmock.h>

#include <ATen/Functions.h>
#include <torch/csrc/autograd/autograd.h>

#include "sslhost/nn/batch_norm.hpp"
#include "sslhost/nn/layers.hpp"
#include "sslhost/nn/noise.hpp"

#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;

/// Two ranks in one thread, where both have the same: each sum is twice what this one has, or what
/// `other` makes of it.
class Twin final : public detail::Ranks {
 public:
  explicit Twin(int rank = 0) : rank_(rank) { detail::ranks() = this; }
  ~Twin() override { detail::ranks() = nullptr; }
  int rank() const override { return rank_; }
  int size() const override { return 2; }
  void sum(const Tensor& tensor) override {
    sums.push_back(tensor.numel());
    tensor.add_(other(tensor));
  }
  std::function<Tensor(const Tensor&)> other = [](const Tensor& own) { return own.clone(); };
  std::vector<int64_t> sums;

 private:
  int rank_;
};

TEST(OwnPart, IsAnEqualShareOfTheRows) {
  const Twin second(1);
  EXPECT_EQ(own_part(10, &second, "it").first, 5);
  EXPECT_EQ(own_part(10, &second, "it").count, 5);
  EXPECT_EQ(own_part(10, nullptr, "it").count, 10);
  expect_failure(ExitCode::usage, HasSubstr("take 6"), [&] { own_part(7, &second, "it"); });
  expect_failure(ExitCode::usage, HasSubstr("take 2"), [&] { own_part(1, &second, "it"); });
}

TEST(Average, IsTheMeanOfEachInOneSum) {
  Twin ranks;
  ranks.other = [](const Tensor& own) { return 3 * own; };
  const auto strided = at::arange(6, at::kFloat).view({2, 3}).t();
  std::vector<Tensor> tensors = {at::ones({2, 2}), strided.clone(), at::scalar_tensor(5.0F)};
  average(tensors, ranks);
  EXPECT_TRUE(at::equal(tensors[0], at::full({2, 2}, 2.0F)));
  EXPECT_TRUE(at::equal(tensors[1], 2 * strided));
  EXPECT_EQ(tensors[2].dim(), 0);
  EXPECT_EQ(tensors[2].item<float>(), 10);
  EXPECT_EQ(ranks.sums, std::vector<int64_t>{11});
}

TEST(AnyOf, HoldsWhereOneRankSaysSo) {
  Twin ranks;
  EXPECT_FALSE(any_of(false, ranks));
  EXPECT_TRUE(any_of(true, ranks));
  ranks.other = [](const Tensor& own) { return at::ones_like(own); };
  EXPECT_TRUE(any_of(false, ranks));
}

TEST(RequireEqual, NamesTheTensorThatDiffers) {
  Twin ranks;
  const NamedTensors tensors = {{"a", at::ones({3})}, {"b", at::zeros({2})}};
  ranks.other = [](const Tensor& own) { return own.flip(0); };  // the other's row, equal
  EXPECT_NO_THROW(require_equal(tensors, ranks));
  ranks.other = [](const Tensor& own) {
    auto row = own.flip(0);
    row[1][1] += 1;
    return row;
  };
  expect_failure(ExitCode::device, HasSubstr("'b'"), [&] { require_equal(tensors, ranks); });
}

TEST(SumOverRanks, HasTheGradientOfAllRanksLosses) {
  Twin ranks;
  auto x = at::tensor({1.0, 2.0}).requires_grad_();
  // Both ranks' losses are Σ (2 x)²: of both 2 · 8 x · ... by x of this rank alone.
  const auto loss = detail::sum_over_ranks(x).square().sum();
  const auto gradient = torch::autograd::grad({loss}, {x})[0];
  EXPECT_TRUE(at::allclose(gradient, 2 * 2 * (2 * x.detach())));
  EXPECT_TRUE(at::equal(mean_over_ranks(x), x)) << "of equals";
}

/// What a batch norm makes of a batch in one process, and of halves of it on two ranks: the second
/// half is the first one again, so that both ranks have the same.
TEST(BatchNormOverRanks, IsThatOfTheWholeBatch) {
  for (const auto& shape : {std::vector<int64_t>{6, 3}, {6, 3, 4, 5}})
    for (const bool first : {false, true}) {
      const BatchNormOptions options = {.momentum = 0.3, .mean_at_first = first};
      BatchNorm alone(3, options), sliced(3, options);
      for (auto* norm : {&alone, &sliced}) {
        norm->to(at::kDouble);
        norm->num_batches_tracked = norm->num_batches_tracked.to(at::kLong);
        norm->record_statistics(true);
        const at::NoGradGuard no_gradient;
        norm->weight.copy_(at::tensor({0.5, 1.0, 2.0}));
      }
      at::manual_seed(5);
      const auto half = (at::randn(shape, at::kDouble) + 100).requires_grad_();
      const auto expected = alone(at::cat({half, half}));
      Tensor found;
      {
        Twin ranks;
        ranks.other = [](const Tensor& own) { return own.flip(0); };  // each has its own place
        found = sliced(half);
        const auto weights = at::randn_like(found);
        const auto gradient = torch::autograd::grad({(found * weights).sum()}, {half})[0];
        const auto whole = torch::autograd::grad({(expected * at::cat({weights, weights})).sum()},
                                                 {half}, {}, true)[0];
        // The mean over ranks of sums; each half counts once on each rank.
        EXPECT_LT((gradient - whole / 2).abs().max().item<double>(),
                  1e-9 * whole.abs().max().item<double>());
      }
      EXPECT_LT((found - expected.narrow(0, 0, 6)).abs().max().item<double>(), 1e-10);
      EXPECT_TRUE(at::allclose(sliced.running_mean, alone.running_mean));
      EXPECT_TRUE(at::allclose(sliced.running_var, alone.running_var));
    }
}

TEST(NoiseOverRanks, OfASampleIsWhatOneProcessDraws) {
  Dropout dropout(0.5);
  GaussianNoise gauss(1);
  const auto drawn = [&](auto& layer, int64_t rows) {
    detail::NoiseContext context{.key = 3};
    detail::noise_context() = &context;
    const auto found = layer.forward(at::ones({rows, 7}));
    detail::noise_context() = nullptr;
    return found;
  };
  const auto check = [&](auto& layer) {
    const auto whole = drawn(layer, 8);
    for (const int rank : {0, 1}) {
      const Twin ranks(rank);
      EXPECT_TRUE(at::equal(drawn(layer, 4), whole.narrow(0, 4 * rank, 4)));
    }
  };
  check(dropout);
  check(gauss);
}

}  // namespace
}  // namespace sslhost::host
