// SPDX-License-Identifier: Apache-2.0
// Pseudo-Label: D.-H. Lee, "Pseudo-Label: The Simple and Efficient Semi-Supervised Learning Method
// for Deep Neural Networks", ICML 2013 Workshop on Challenges in Representation Learning. Equation
// numbers are the paper's.
//
//   symbol    name here            shape      default  source
//   x, y      labeled batch        [B,C,H,W]  B 50
//   x'        unlabeled batch      [U,C,H,W]  U 256    section 4.1
//   y'        labels               [U]                 eq. 14
//   α(t)      weight_at()          []                  eq. 16
//   α_f       weight               –          3        section 4.1
//   T1        start                –          0.1      section 4.1
//   T2 − T1   rise                 –          0.5      section 4.1
//   –         threshold            –          0
//
// Deviations: outputs are softmax with cross entropy, where the paper has sigmoid units with a
// cross entropy each. Labels come from a pass without dropout, which alone feeds the running
// statistics. T1 and T2 are fractions of the phase, as of 1,000 epochs. The threshold is not
// Lee's, and off unless it is asked for (Oliver et al. 2018, arXiv:1804.09170v4, have 0.95).
#include <algorithm>

#include <ATen/core/grad_mode.h>

#include "sslhost/nn/without_noise.hpp"
#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"
#include "sslhost/training/ranks.hpp"

#include "plugins/common/unlabeled_batch.hpp"
#include "plugins/common/weak_strong.hpp"

namespace {

using namespace sslhost;

struct PseudoLabelOptions {
  TrainingOptions training;
  int64_t unlabeled_batch = 256;
  double weight = 3;
  double start = 0.1, rise = 0.5;
  double threshold = 0;
};

/// Eq. 16: 0 until T1, then rising in a line, α_f from T2 on. `progress` is t, [] in [0, 1).
Tensor weight_at(const Tensor& progress, const PseudoLabelOptions& o) {
  return progress.sub(o.start).div(o.rise).clamp(0, 1).mul(o.weight);
}

class PseudoLabel final : public Method {
 public:
  using Options = PseudoLabelOptions;
  static void describe(OptionList& list, Options& v);
  explicit PseudoLabel(const Options& options) : o_(options) {}

  std::vector<Phase> phases(const Task& task) const override {
    return {
        {.iterations = o_.training.iterations,
         .streams = {{.pool = Pool::labeled, .batch = std::min(o_.training.batch, task.labeled)},
                     {.pool = Pool::unlabeled,
                      .batch = std::min(o_.unlabeled_batch, task.unlabeled)}},
         .static_step = true}};
  }

  void build(Build& build) override {
    net_ = build.backbone("net");
    build.predict_with(net_);
    optimizer_ = build.optimizer("optimizer", {&*net_}, o_.training.optimizer);
  }

  const void* ability(std::string_view id) override { return id == kSlicedStep ? this : nullptr; }

  void step(Step& s) override {
    const auto [x, y] = s.labeled();
    const auto u = s.unlabeled();
    const auto [confidence, labels] = predictions(s, u).softmax(1).max(1);  // eq. 14
    const auto mask = confidence.ge(o_.threshold).to(confidence.scalar_type());
    const auto supervised = cross_entropy(net_(x), y);
    const auto unsupervised = common::weighted_cross_entropy(net_(u), labels, mask);
    const auto weight = weight_at(s.progress(), o_);
    s.log("cross_entropy", supervised);
    s.log("pseudo_label_loss", unsupervised);
    s.log("pseudo_label_weight", weight);
    s.log("mask_rate", mask.mean());
    s.update(optimizer_, supervised + weight * unsupervised);  // eq. 15
  }

 private:
  /// What the network of the moment says of the images, [U,K]: a constant.
  Tensor predictions(Step& s, const Tensor& u) const {
    const auto quiet = without_noise(*net_);
    const auto statistics = s.record_statistics(*net_);
    const at::NoGradGuard no_gradient;
    return net_(u);
  }

  Options o_;
  Network net_;
  Optimizer optimizer_;
};

void PseudoLabel::describe(OptionList& list, Options& v) {
  list.group("", v.training);
  common::add_unlabeled_batch(list, v.unlabeled_batch).source("Lee 2013, section 4.1");
  list.add("weight", v.weight, "factor of the pseudo-label loss at the end of its rise")
      .at_least(0)
      .source("Lee 2013, eq. 16, alpha_f");
  list.add("start", v.start, "fraction of the phase before pseudo-labels count at all")
      .at_least(0)
      .below(1)
      .source("Lee 2013, eq. 16, T1");
  list.add("rise", v.rise, "fraction of the phase in which their factor rises to weight")
      .above(0)
      .at_most(1)
      .source("Lee 2013, eq. 16, T2 - T1");
  list.add("threshold", v.threshold,
           "probability from which on a pseudo-label counts; 0: all do, as published")
      .at_least(0)
      .at_most(1);
}

}  // namespace

SSLHOST_METHOD(PseudoLabel, "pseudo-label", "0.2.0",
               "Pseudo-Label: the most probable class as the label (Lee 2013)")
