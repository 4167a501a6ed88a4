// SPDX-License-Identifier: Apache-2.0
// SoftMatch: H. Chen, R. Tao, Y. Fan, Y. Wang, J. Wang, B. Schiele, X. Xie, B. Raj, M. Savvides,
// "SoftMatch: Addressing the Quantity-Quality Trade-off in Semi-supervised Learning",
// arXiv:2301.10921v2 (ICLR 2023), section 3.
//
//   symbol      name here               shape  default  source
//   p           weak predictions        [U,K]
//   –           unlabeled_ratio         –      7        section 4
//   μ̂_t       mean                    []     1/K      section 3.2
//   σ̂_t²      variance                []     1        section 3.2
//   λ(p)        gaussian_weights()      [U]             section 3.2
//   λ_max       1
//   Ê[p]        average                 [K]    1/K      section 3.3
//   UA(p)       aligned_to_uniform()    [U,K]           section 3.3
//   m           decay                   –      0.999    section 3.2
//   –           widths                  –      2        authors' code
//   –           weight                  –      1        section 4
//
// Deviations: labeled, weak and strong batch pass the network one after the other, the weak one
// without noise and graph, and it alone feeds the running statistics. Ê[p] begins with the uniform
// distribution; in the authors' code with the mean of the first batch. As there, σ is half of what
// it is in the paper (widths = 2), and a batch changes the averages before it is judged by them.
#include <algorithm>

#include <ATen/ops/full.h>

#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"
#include "sslhost/training/ranks.hpp"

#include "plugins/common/moving_average.hpp"
#include "plugins/common/weak_strong.hpp"

namespace {

using namespace sslhost;

struct SoftMatchOptions {
  TrainingOptions training = common::weight_decay_on_weights();
  common::WeakStrongOptions views;
  double decay = 0.999;
  double widths = 2;
  bool align = true;
};

/// Variance without bias of the batch of all ranks, of which [U] are here, []; 0 for a single
/// sample.
Tensor unbiased_variance(const Tensor& confidence) {
  const auto deviations = confidence - mean_over_ranks(confidence.mean());
  const auto others = std::max<int64_t>(rank_count() * confidence.size(0) - 1, 1);
  return mean_over_ranks(deviations.square().sum()) * rank_count() / static_cast<double>(others);
}

/// λ(p): 1 from the mean on, and a Gaussian's flank below it, exp(−(max p − μ̂)² / (2 (σ̂/widths)²)).
Tensor gaussian_weights(const Tensor& confidence, const Tensor& mean, const Tensor& variance,
                        double widths) {
  constexpr double kSmallest = 1e-12;  // of a variance: 0/0 where all predictions are alike
  const auto below = (confidence - mean).clamp_max(0).mul(widths).square();
  return below.div(variance.clamp_min(kSmallest).mul(2)).neg().exp();
}

class SoftMatch final : public Method {
 public:
  using Options = SoftMatchOptions;
  static void describe(OptionList& list, Options& v);
  explicit SoftMatch(const Options& options) : o_(options) {}

  std::vector<Phase> phases(const Task& task) const override {
    return {common::weak_strong_phase(o_.training, o_.views, task)};
  }

  void build(Build& build) override {
    const auto classes = build.task().classes;
    net_ = build.backbone("net");
    build.predict_with(net_);
    optimizer_ = build.optimizer("optimizer", {&*net_}, o_.training.optimizer);
    const double uniform = 1.0 / static_cast<double>(classes);
    mean_ = build.state("mean", at::full({}, uniform), Keep::training);
    variance_ = build.state("variance", at::full({}, 1.0), Keep::training);
    average_ = build.state("average", at::full({classes}, uniform), Keep::training);
  }

  const void* ability(std::string_view id) override { return id == kSlicedStep ? this : nullptr; }

  void step(Step& s) override {
    const auto [x, y] = s.labeled();
    const auto logits = common::weak_strong_logits(s, net_, x);
    const auto p = logits.weak.softmax(1);
    const auto weights = weights_of(p);
    const auto supervised = cross_entropy(logits.labeled, y);
    // The label is the one before alignment: only its worth is aligned (section 3.3).
    const auto unsupervised = common::weighted_cross_entropy(logits.strong, p.argmax(1), weights);
    s.log("cross_entropy", supervised);
    s.log("pseudo_label_loss", unsupervised);
    s.log("confidence_mean", mean_);
    s.log("weight_mean", weights.mean());
    s.update(optimizer_, supervised + o_.views.weight * unsupervised);
  }

 private:
  /// λ(UA(p)) of weak predictions [U,K], which go into the averages first; [U].
  Tensor weights_of(const Tensor& p) {
    common::update_average(average_, p.mean(0), o_.decay);
    const auto judged = o_.align ? common::aligned_to_uniform(p, average_) : p;
    const auto confidence = std::get<0>(judged.max(1));
    common::update_average(mean_, confidence.mean(), o_.decay);
    common::update_average(variance_, unbiased_variance(confidence), o_.decay);
    return gaussian_weights(confidence, mean_, variance_, o_.widths);
  }

  Options o_;
  Network net_;
  Optimizer optimizer_;
  Tensor mean_;      ///< μ̂_t, []
  Tensor variance_;  ///< σ̂_t², []
  Tensor average_;   ///< Ê[p], [K]
};

void SoftMatch::describe(OptionList& list, Options& v) {
  constexpr auto kPaper = "Chen et al. 2023, arXiv:2301.10921v2, ";
  list.group("", v.training);
  common::WeakStrongOptions::describe(list, v.views, std::string(kPaper) + "section 4");
  list.add("decay", v.decay, "fraction of the averages that stays in an iteration")
      .at_least(0)
      .below(1)
      .source(std::string(kPaper) + "section 3.2, m");
  list.add("widths", v.widths,
           "what the standard deviation of confidences is divided by: how steeply weights fall "
           "below the mean")
      .above(0)
      .source("the authors' code");
  list.add("align", v.align,
           "whether weights go by predictions that are aligned to the uniform distribution")
      .source(std::string(kPaper) + "section 3.3");
}

}  // namespace

SSLHOST_METHOD(SoftMatch, "softmatch", "0.2.0",
               "SoftMatch: pseudo-labels weighted by a truncated Gaussian (Chen et al. 2023)")
