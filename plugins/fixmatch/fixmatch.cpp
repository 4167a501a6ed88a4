// SPDX-License-Identifier: Apache-2.0
// FixMatch: K. Sohn, D. Berthelot, C.-L. Li, Z. Zhang, N. Carlini, E. D. Cubuk, A. Kurakin,
// H. Zhang, C. Raffel, "FixMatch: Simplifying Semi-Supervised Learning with Consistency and
// Confidence", arXiv:2001.07685v2 (NeurIPS 2020). Equation numbers are the paper's.
//
//   symbol       name here           shape      default    source
//   α(x_b), p_b  labeled batch       [B,C,H,W]  B 50
//   α(u_b)       view "weak"         [U,C,H,W]  --weak     section 2.3
//   A(u_b)       view "strong"       [U,C,H,W]  --strong   section 2.3
//   μ            unlabeled_ratio     –          7          section 4
//   q_b          softmax of .weak    [U,K]                 section 2.2
//   τ            threshold           []         0.95       section 4
//   λ_u          weight              []         1          section 4
//
// Deviations: by default the three batches pass the network one after the other, the weak one
// without a graph and without noise layers, and it alone feeds the running statistics; the
// published code mixes the three in every batch norm (--passes joint), and its network has no
// dropout. The optimizer is Adam without weight decay; README.md has the published one.
#include <string>

#include <ATen/ops/cat.h>

#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"
#include "sslhost/training/ranks.hpp"

#include "plugins/common/weak_strong.hpp"

namespace {

using namespace sslhost;

enum class Passes { separate, joint };

struct FixMatchOptions {
  TrainingOptions training = common::weight_decay_on_weights();
  common::WeakStrongOptions views;
  double threshold = 0.95;
  Passes passes = Passes::separate;
};

/// What the weak views say: a class for each sample, and whether it is sure enough to count.
struct PseudoLabels {
  Tensor labels;  ///< [U] int64, argmax q_b
  Tensor mask;    ///< [U], 1 where max q_b >= threshold, else 0
};

PseudoLabels pseudo_labels(const Tensor& weak, double threshold) {
  const auto [confidence, labels] = weak.softmax(1).max(1);
  return {labels, confidence.ge(threshold).to(weak.scalar_type())};
}

class FixMatch final : public Method {
 public:
  using Options = FixMatchOptions;
  static void describe(OptionList& list, Options& v);
  explicit FixMatch(const Options& options) : o_(options) {}

  std::vector<Phase> phases(const Task& task) const override {
    return {common::weak_strong_phase(o_.training, o_.views, task)};
  }

  void build(Build& build) override {
    net_ = build.backbone("net");
    build.predict_with(net_);
    optimizer_ = build.optimizer("optimizer", {&*net_}, o_.training.optimizer);
  }

  void step(Step& s) override {
    const auto [x, y] = s.labeled();
    const auto logits =
        o_.passes == Passes::joint ? joint_pass(s, x) : common::weak_strong_logits(s, net_, x);
    const auto supervised = cross_entropy(logits.labeled, y);  // eq. 3
    const auto targets = pseudo_labels(logits.weak, o_.threshold);
    const auto unsupervised =
        common::weighted_cross_entropy(logits.strong, targets.labels, targets.mask);  // eq. 4
    s.log("cross_entropy", supervised);
    s.log("pseudo_label_loss", unsupervised);
    s.log("mask_rate", targets.mask.mean());
    s.update(optimizer_, supervised + o_.views.weight * unsupervised);
  }

  const void* ability(std::string_view id) override { return id == kSlicedStep ? this : nullptr; }

 private:
  /// One batch of B + 2U samples, as published: they share batch norm's statistics.
  common::WeakStrongLogits joint_pass(Step& s, const Tensor& x) const {
    const auto weak = s.unlabeled({.view = "weak"}), strong = s.unlabeled({.view = "strong"});
    const auto statistics = s.record_statistics(*net_);
    const auto all = net_(at::cat({x, weak, strong}));
    const auto b = x.size(0), u = weak.size(0);
    return {all.narrow(0, 0, b), all.narrow(0, b, u).detach(), all.narrow(0, b + u, u)};
  }

  Options o_;
  Network net_;
  Optimizer optimizer_;
};

void FixMatch::describe(OptionList& list, Options& v) {
  constexpr auto kPaper = "Sohn et al. 2020, arXiv:2001.07685v2, ";
  list.group("", v.training);
  common::WeakStrongOptions::describe(list, v.views, std::string(kPaper) + "section 4");
  list.add("threshold", v.threshold,
           "probability from which on the class of a weak view is a pseudo-label")
      .above(0)
      .at_most(1)
      .source(std::string(kPaper) + "eq. 4, tau");
  list.choice("passes", v.passes, {{"separate", Passes::separate}, {"joint", Passes::joint}},
              "labeled, weak and strong batch one by one, running statistics from the weak one; or "
              "as one batch, as published");
}

}  // namespace

SSLHOST_METHOD(FixMatch, "fixmatch", "0.2.0",
               "FixMatch: pseudo-labels of weak views for strong views (Sohn et al. 2020)")
