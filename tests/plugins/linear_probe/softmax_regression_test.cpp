// SPDX-License-Identifier: Apache-2.0
// The solution against scikit-learn's, and against the gradient by loops over doubles.
#include "plugins/linear-probe/softmax_regression.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "sslhost/error.hpp"

#include "tests/plugins/linear_probe/scikit_learn.hpp"
#include "tests/support/failures.hpp"

namespace linear_probe {
namespace {

using at::Tensor;

constexpr int64_t kSamples = 30, kInputs = 5, kQueries = 4, kClasses = 4;

Tensor samples(int64_t n, double phase) {
  const auto i = at::arange(n, at::kDouble).unsqueeze(1), j = at::arange(kInputs, at::kDouble);
  return (1.3 * i * i + 2.1 * j + phase).sin() + 0.5 * (7 * i + j).cos();
}
Tensor labels() {
  const auto i = at::arange(kSamples, at::kLong);
  return (5 * i + (i * i).floor_divide(3)).remainder(kClasses);
}
Tensor probabilities(const Linear& linear, const Tensor& x) {
  return (x.mm(linear.weight.t()) + linear.bias).softmax(1);
}

TEST(SoftmaxRegression, IsScikitLearnsLogisticRegression) {
  for (size_t c = 0; c < std::size(scikit_learn::kPenalties); ++c) {
    const double l2 = scikit_learn::kPenalties[c];
    const auto linear = softmax_regression(samples(kSamples, 0), labels(), kClasses, l2, 1e-8);
    const auto p = probabilities(linear, samples(kQueries, 0.5));
    for (int64_t i = 0; i < kQueries; ++i)
      for (int64_t k = 0; k < kClasses; ++k)
        EXPECT_NEAR(p[i][k].item<double>(), scikit_learn::kProbabilities[c][i][k], 1e-6)
            << "l2 " << l2 << ", query " << i << ", class " << k;
  }
}

/// d/dW and d/db of eq. 1.
TEST(SoftmaxRegression, TheGradientVanishes) {
  const auto x = samples(kSamples, 0), y = labels();
  const auto linear = softmax_regression(x, y, kClasses, 0.7, 1e-12);
  for (int64_t k = 0; k < kClasses; ++k)
    for (int64_t d = 0; d <= kInputs; ++d) {
      double sum = d < kInputs ? 0.7 * linear.weight[k][d].item<double>() : 0;
      for (int64_t n = 0; n < kSamples; ++n) {
        std::vector<double> e(kClasses);
        double all = 0;
        for (int64_t c = 0; c < kClasses; ++c) {
          double z = linear.bias[c].item<double>();
          for (int64_t j = 0; j < kInputs; ++j)
            z += linear.weight[c][j].item<double>() * x[n][j].item<double>();
          all += e[static_cast<size_t>(c)] = std::exp(z);
        }
        const double error =
            e[static_cast<size_t>(k)] / all - (y[n].item<int64_t>() == k ? 1.0 : 0.0);
        sum += error * (d < kInputs ? x[n][d].item<double>() : 1);
      }
      EXPECT_NEAR(sum, 0, 1e-9) << k << " " << d;
    }
}

TEST(SoftmaxRegression, ClassesWithoutASampleAreNeverPredictedAndChangeNothing) {
  const auto x = samples(kSamples, 0);
  const auto gaps = at::tensor({1, 2, 4, 6}, at::kLong).index_select(0, labels());
  const auto plain = softmax_regression(x, labels(), kClasses, 0.1, 1e-8);
  const auto more = softmax_regression(x, gaps, 7, 0.1, 1e-8);
  const auto p = probabilities(more, samples(kQueries, 0.5));
  EXPECT_TRUE(at::allclose(p.index_select(1, at::tensor({1, 2, 4, 6}, at::kLong)),
                           probabilities(plain, samples(kQueries, 0.5)), 1e-9, 1e-12));
  EXPECT_LT(p.index_select(1, at::tensor({0, 3, 5}, at::kLong)).max().item<double>(), 1e-40);
  EXPECT_GT(p.min().item<double>(), -1);  // no NaN
}

TEST(SoftmaxRegression, OneClassIsPredictedAlways) {
  const auto linear = softmax_regression(samples(3, 0), at::full({3}, 2, at::kLong), 4, 1, 1e-8);
  EXPECT_NEAR(probabilities(linear, samples(1, 3))[0][2].item<double>(), 1, 1e-12);
}

TEST(SoftmaxRegression, SeparableSamplesAndAWeakPenaltyAreSolvedToo) {
  const auto x = at::tensor({-3., -2., 2., 3.}, at::kDouble).unsqueeze(1) * 1000;
  const auto linear = softmax_regression(x, at::tensor({0, 0, 1, 1}, at::kLong), 2, 1e-6, 1e-12);
  EXPECT_TRUE(at::isfinite(linear.weight).all().item<bool>());
  EXPECT_GT(probabilities(linear, x)[0][0].item<double>(), 0.999);
}

TEST(SoftmaxRegression, SamplesThatAreNoNumbersEndInAnErrorAndNotInWeights) {
  const auto x = at::full({4, 2}, NAN, at::kDouble);
  sslhost::expect_failure(sslhost::ExitCode::diverged, ::testing::HasSubstr("--l2"), [&] {
    softmax_regression(x, at::tensor({0, 0, 1, 1}, at::kLong), 2, 1, 1e-8);
  });
}

}  // namespace
}  // namespace linear_probe
