// SPDX-License-Identifier: Apache-2.0
// Multinomial logistic regression on the samples as they are: a linear classifier of features, in
// one solution. Unlabeled samples are not used: it is what labels alone give where features are
// good, and the measure of features in the literature on representation learning.
//   1  min over W, b of  Σ_i −log softmax(W x_i + b)[y_i] + λ/2 ‖W‖²
// which is scikit-learn's LogisticRegression(C = 1/λ). Solved by Newton's method with conjugate
// gradients, in float64.
//
//   symbol  name here       shape  default
//   x_i     labeled pool    [N,D]  samples, flattened
//   y_i     Begin::labels   [N]
//   W, b    net_            [K,D]  --model does not count
//   λ       l2              []     0: chosen
#include <algorithm>
#include <vector>

#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>

#include "sslhost/plugin.hpp"

#include "choose_penalty.hpp"
#include "softmax_regression.hpp"

namespace {

using namespace sslhost;

/// Right for a thousand standardized features and a few dozen labels.
constexpr double kStrong = 100;

class LinearProbe final : public Method {
 public:
  struct Options {
    double l2 = 0;
    double tolerance = 1e-8;
  };
  static void describe(OptionList& list, Options& v) {
    list.add("l2", v.l2,
             "penalty of the weights, lambda in sum(cross entropy) + lambda/2 |W|^2, which is 1/C "
             "of scikit-learn; 0: of 0.01, 0.1, ..., 10000 the one that five-fold "
             "cross-validation on the labeled samples finds best")
        .at_least(0);
    list.add("tolerance", v.tolerance,
             "the solution is found when no element of the gradient of the mean loss is larger")
        .at_least(1e-12)
        .below(1);
  }
  explicit LinearProbe(const Options& options) : o_(options) {}

  std::vector<Phase> phases(const Task&) const override { return {{.name = "solve"}}; }

  void build(Build& build) override {
    const auto& task = build.task();
    classes_ = task.classes;
    net_ = build.backbone("net", {.noise = 0, .model = "linear"});
    build.predict_with(net_);
    l2_ = build.state("l2", at::zeros({}, at::kDouble));
  }

  void begin(Begin& begin) override {
    const auto x = labeled_samples(begin);
    const auto y = begin.labels();
    const double l2 =
        o_.l2 > 0 ? o_.l2 : linear_probe::choose_penalty(x, y, classes_, o_.tolerance, kStrong);
    const auto [weight, bias] = linear_probe::softmax_regression(x, y, classes_, l2, o_.tolerance);
    for (const auto& [name, parameter] : net_->named_parameters())
      parameter.copy_(name == "head.bias" ? bias : weight);
    l2_.fill_(l2);
  }

  void step(Step&) override {}  // begin() does it all

 private:
  /// [labeled,D] float64.
  static Tensor labeled_samples(const Begin& begin) {
    constexpr int64_t kPiece = 256;
    std::vector<Tensor> pieces;
    for (int64_t first = 0; first < begin.size(Pool::labeled); first += kPiece) {
      const auto count = std::min(kPiece, begin.size(Pool::labeled) - first);
      pieces.push_back(begin.images(Pool::labeled, first, count).flatten(1).to(at::kDouble));
    }
    return at::cat(pieces);
  }

  Options o_;
  int64_t classes_ = 0;
  Network net_;
  Tensor l2_;  ///< [] float64, as it was used
};

}  // namespace

SSLHOST_METHOD(
    LinearProbe, "linear-probe", "0.2.0",
    "Logistic regression on the labeled samples, solved: a linear classifier of features")
