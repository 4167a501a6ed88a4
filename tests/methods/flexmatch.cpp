// SPDX-License-Identifier: Apache-2.0
// FlexMatch's curriculum: B. Zhang, Y. Wang, W. Hou, H. Wu, J. Wang, M. Okumura, T. Shinozaki,
// "FlexMatch: Boosting Semi-Supervised Learning with Curriculum Pseudo Labeling",
// arXiv:2110.08263v3 (NeurIPS 2021), section 3. A method that remembers something of every
// unlabeled sample.
#include <algorithm>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/where.h>

#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"

namespace {

using namespace sslhost;

/// Threshold of each class [K], from what was selected last of each sample [N] (-1: nothing yet)
/// and the class numbers [K]: the class selected most often has `threshold`, the others less.
/// While most samples were never selected, all thresholds are low (the paper's warm-up).
Tensor class_thresholds(const Tensor& selected, const Tensor& classes, double threshold) {
  const auto counts = selected.unsqueeze(1).eq(classes).sum(0).to(at::kFloat);
  const auto unused = counts.sum().neg().add(static_cast<double>(selected.size(0)));
  const auto beta = counts / at::maximum(counts.max(), unused);
  return (beta / (2 - beta)).mul(threshold);
}

class FlexMatch final : public Method {
 public:
  struct Options {
    TrainingOptions training;
    int64_t unlabeled_batch = 128;
    double threshold = 0.95;
  };
  static void describe(OptionList& list, Options& v) {
    list.group("", v.training);
    list.add("unlabeled_batch", v.unlabeled_batch, "unlabeled samples in a batch").at_least(1);
    list.add("threshold", v.threshold, "threshold of the class that is learned best")
        .above(0)
        .at_most(1);
  }
  explicit FlexMatch(const Options& options) : o_(options) {}

  std::vector<Phase> phases(const Task& task) const override {
    return {
        {.iterations = o_.training.iterations,
         .streams = {{.pool = Pool::labeled, .batch = std::min(o_.training.batch, task.labeled)},
                     {.pool = Pool::unlabeled,
                      .batch = std::min(o_.unlabeled_batch, task.unlabeled),
                      .views = {{"weak", Augment::weak}, {"strong", Augment::strong}},
                      .index = true}},
         .static_step = true}};
  }

  void build(Build& build) override {
    const auto& task = build.task();
    net_ = build.backbone("net");
    build.predict_with(net_);
    optimizer_ = build.optimizer("optimizer", {&*net_}, o_.training.optimizer);
    selected_ = build.state("selected", at::full({task.unlabeled}, -1, at::kLong), Keep::training);
    classes_ = at::arange(task.classes, at::dtype(at::kLong).device(task.device));
  }

  void step(Step& s) override {
    const auto [x, y] = s.labeled();
    const auto [confidence, labels] = weak_predictions(s);
    const auto thresholds = class_thresholds(selected_, classes_, o_.threshold);
    const auto mask = confidence.gt(thresholds.index_select(0, labels)).to(at::kFloat);
    const auto supervised = cross_entropy(net_(x), y);
    const auto strong = net_(s.unlabeled({.view = "strong"}));
    const auto each = cross_entropy(strong, labels, Reduction::none);
    s.log("mask_rate", mask.mean());
    s.update(optimizer_, supervised + (each * mask).mean());
    remember(s.index(), labels, confidence.gt(o_.threshold));
  }

 private:
  std::tuple<Tensor, Tensor> weak_predictions(Step& s) const {
    const auto statistics = s.record_statistics(*net_);
    const at::NoGradGuard no_gradient;
    return net_(s.unlabeled({.view = "weak"})).softmax(1).max(1);
  }

  /// Where two passes over the pool meet, a sample may be in a batch twice; its views may then
  /// disagree, and one of them counts.
  void remember(const Tensor& index, const Tensor& labels, const Tensor& sure) {
    selected_.index_copy_(0, index, at::where(sure, labels, selected_.index_select(0, index)));
  }

  Options o_;
  Network net_;
  Optimizer optimizer_;
  Tensor selected_;  ///< [unlabeled] int64: class last selected, -1 before that
  Tensor classes_;   ///< 0, 1, ..., K - 1
};

}  // namespace

SSLHOST_METHOD(FlexMatch, "flexmatch", "0.2.0",
               "Pseudo-labels with a threshold for each class (Zhang et al. 2021); for tests")
