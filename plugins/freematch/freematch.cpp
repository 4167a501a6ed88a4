// SPDX-License-Identifier: Apache-2.0
// FreeMatch: Y. Wang, H. Chen, Q. Heng, W. Hou, Y. Fan, Z. Wu, J. Wang, M. Savvides, T. Shinozaki,
// B. Raj, B. Schiele, X. Xie, "FreeMatch: Self-adaptive Thresholding for Semi-supervised Learning",
// arXiv:2205.07246v3 (ICLR 2023). Equation numbers are the paper's.
//
//   symbol    name here                 shape   default  source
//   q_b, Q_b  weak, strong predictions  [U,K]            section 2
//   μ         unlabeled_ratio           –       7        section 4
//   τ_t       threshold                 []      1/K      eq. 5
//   p̃_t      average                   [K]     1/K      eq. 6
//   τ_t(c)    class_thresholds()        [K]              eq. 7
//   h̃_t      histogram                 [K]     1/K      eq. 10
//   λ         decay                     –       0.999    eq. 5, 6, 10
//   w_u       weight                    –       1        eq. 12
//   w_f       fairness_weight           –       0.01     eq. 12, authors' code
//
// Deviations: labeled, weak and strong batch pass the network one after the other, the weak one
// without noise and graph, and it alone feeds the running statistics. A sample counts from its
// threshold on, as in eq. 9 and the authors' code, where eq. 8 has it above. Like that code a batch
// changes the averages before it is judged by them.
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"
#include "sslhost/training/ranks.hpp"

#include "plugins/common/moving_average.hpp"
#include "plugins/common/weak_strong.hpp"

namespace {

using namespace sslhost;

struct FreeMatchOptions {
  TrainingOptions training = common::weight_decay_on_weights();
  common::WeakStrongOptions views;
  double decay = 0.999;
  double fairness_weight = 0.01;
};

/// Eq. 7: τ_t(c) = p̃_t(c) / max p̃_t · τ_t, [K].
Tensor class_thresholds(const Tensor& threshold, const Tensor& average) {
  return average / average.max() * threshold;
}

/// SumNorm(p/h) [K] for a distribution p [K] and the fractions h [K] of its samples in each class;
/// a class without samples has 0, and all of them have where p is 0.
Tensor normalized_by(const Tensor& histogram, const Tensor& p) {
  constexpr double kSmallest = 1e-12;
  const auto ratio =
      at::where(histogram.gt(0), p / histogram.clamp_min(kSmallest), at::zeros_like(p));
  return ratio / ratio.sum().clamp_min(kSmallest);
}

/// Eq. 9 and 11: −H(SumNorm(p̃_t/h̃_t), SumNorm(p̄/h̄)) with p̄ and h̄ the mean and the histogram of
/// strong predictions [U,K] of samples that count, by their mask [U], on all ranks. Without any it
/// is 0.
Tensor fairness_loss(const Tensor& average, const Tensor& histogram, const Tensor& strong,
                     const Tensor& mask, const Tensor& classes) {
  constexpr double kSmallest = 1e-12;  // the authors' code: log of a class that nothing is said of
  const auto q = strong.softmax(1);
  const auto histogram_of_batch =
      mean_over_ranks(common::class_fractions(q.argmax(1), classes, mask));
  const auto of_batch =
      normalized_by(histogram_of_batch, mean_over_ranks((q * mask.unsqueeze(1)).mean(0)));
  const auto any = histogram_of_batch.sum().gt(0);
  return (normalized_by(histogram, average) * of_batch.add(kSmallest).log()).sum() * any;
}

class FreeMatch final : public Method {
 public:
  using Options = FreeMatchOptions;
  static void describe(OptionList& list, Options& v);
  explicit FreeMatch(const Options& options) : o_(options) {}

  std::vector<Phase> phases(const Task& task) const override {
    return {common::weak_strong_phase(o_.training, o_.views, task)};
  }

  void build(Build& build) override {
    const auto& task = build.task();
    net_ = build.backbone("net");
    build.predict_with(net_);
    optimizer_ = build.optimizer("optimizer", {&*net_}, o_.training.optimizer);
    const double uniform = 1.0 / static_cast<double>(task.classes);
    threshold_ = build.state("threshold", at::full({}, uniform), Keep::training);
    average_ = build.state("average", at::full({task.classes}, uniform), Keep::training);
    histogram_ = build.state("histogram", at::full({task.classes}, uniform), Keep::training);
    classes_ = at::arange(task.classes, at::dtype(at::kLong).device(task.device));
  }

  const void* ability(std::string_view id) override { return id == kSlicedStep ? this : nullptr; }

  void step(Step& s) override {
    const auto [x, y] = s.labeled();
    const auto logits = common::weak_strong_logits(s, net_, x);
    const auto q = logits.weak.softmax(1);
    const auto [confidence, labels] = q.max(1);
    adapt(q, confidence, labels);
    const auto thresholds = class_thresholds(threshold_, average_);
    const auto mask = confidence.ge(thresholds.index_select(0, labels)).to(q.scalar_type());
    const auto supervised = cross_entropy(logits.labeled, y);
    const auto unsupervised = common::weighted_cross_entropy(logits.strong, labels, mask);  // eq. 8
    const auto fairness = fairness_loss(average_, histogram_, logits.strong, mask, classes_);
    s.log("cross_entropy", supervised);
    s.log("pseudo_label_loss", unsupervised);
    s.log("fairness_loss", fairness);
    s.log("threshold", threshold_);
    s.log("mask_rate", mask.mean());
    s.update(optimizer_, supervised + o_.views.weight * unsupervised +
                             o_.fairness_weight * fairness);  // eq. 12
  }

 private:
  /// Eq. 5, 6 and 10, with the weak predictions [U,K] of a batch.
  void adapt(const Tensor& q, const Tensor& confidence, const Tensor& labels) {
    common::update_average(threshold_, confidence.mean(), o_.decay);
    common::update_average(average_, q.mean(0), o_.decay);
    common::update_average(
        histogram_, common::class_fractions(labels, classes_, at::ones_like(confidence)), o_.decay);
  }

  Options o_;
  Network net_;
  Optimizer optimizer_;
  Tensor threshold_;  ///< τ_t, []
  Tensor average_;    ///< p̃_t, [K]
  Tensor histogram_;  ///< h̃_t, [K]
  Tensor classes_;    ///< 0, 1, ..., K − 1
};

void FreeMatch::describe(OptionList& list, Options& v) {
  constexpr auto kPaper = "Wang et al. 2023, arXiv:2205.07246v3, ";
  list.group("", v.training);
  common::WeakStrongOptions::describe(list, v.views, std::string(kPaper) + "section 4");
  list.add("decay", v.decay, "fraction of the thresholds' averages that stays in an iteration")
      .at_least(0)
      .below(1)
      .source(std::string(kPaper) + "eq. 5, lambda");
  list.add("fairness_weight", v.fairness_weight,
           "factor of the loss that keeps predictions of all classes alive")
      .at_least(0)
      .source(std::string(kPaper) + "eq. 12, w_f; the authors' code");
}

}  // namespace

SSLHOST_METHOD(FreeMatch, "freematch", "0.2.0",
               "FreeMatch: pseudo-labels with thresholds that adapt themselves (Wang et al. 2023)")
