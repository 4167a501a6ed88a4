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
#include <algorithm>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>

#include "sslhost/nn/without_noise.hpp"
#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"
#include "sslhost/training/ranks.hpp"

namespace {

using namespace sslhost;

enum class Passes { separate, joint };

/// Weight decay, where one is given, is for weights: biases and norms are left alone, as published.
TrainingOptions training_options() {
  TrainingOptions options;
  options.optimizer.decay_biases = false;
  return options;
}

struct FixMatchOptions {
  TrainingOptions training = training_options();
  int64_t unlabeled_ratio = 7;
  double threshold = 0.95;
  double weight = 1;
  Passes passes = Passes::separate;
};

/// Logits of the three batches of a step.
struct Logits {
  Tensor labeled;  ///< [B,K]
  Tensor weak;     ///< [U,K], constant
  Tensor strong;   ///< [U,K]
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

/// Eq. 4: 1/U Σ_b 1(max q_b >= τ) H(argmax q_b, p(y|A(u_b))): divided by all U samples, so that it
/// grows with the share of samples that count.
Tensor pseudo_label_loss(const Tensor& strong, const PseudoLabels& targets) {
  const auto each = cross_entropy(strong, targets.labels, Reduction::none);
  return (each * targets.mask).mean();
}

class FixMatch final : public Method {
 public:
  using Options = FixMatchOptions;
  static void describe(OptionList& list, Options& v);
  explicit FixMatch(const Options& options) : o_(options) {}

  std::vector<Phase> phases(const Task& task) const override {
    const auto labeled = std::min(o_.training.batch, task.labeled);
    const auto unlabeled = std::min(o_.unlabeled_ratio * labeled, task.unlabeled);
    return {{.iterations = o_.training.iterations,
             .streams = {{.pool = Pool::labeled, .batch = labeled},
                         {.pool = Pool::unlabeled,
                          .batch = unlabeled,
                          .views = {{"weak", Augment::weak}, {"strong", Augment::strong}}}},
             .static_step = true}};
  }

  void build(Build& build) override {
    net_ = build.backbone("net");
    build.predict_with(net_);
    optimizer_ = build.optimizer("optimizer", {&*net_}, o_.training.optimizer);
  }

  void step(Step& s) override {
    const auto [x, y] = s.labeled();
    const auto logits = o_.passes == Passes::joint ? joint_pass(s, x) : separate_passes(s, x);
    const auto supervised = cross_entropy(logits.labeled, y);  // eq. 3
    const auto targets = pseudo_labels(logits.weak, o_.threshold);
    const auto unsupervised = pseudo_label_loss(logits.strong, targets);  // eq. 4
    s.log("cross_entropy", supervised);
    s.log("pseudo_label_loss", unsupervised);
    s.log("mask_rate", targets.mask.mean());
    s.update(optimizer_, supervised + o_.weight * unsupervised);
  }

  const void* ability(std::string_view id) override { return id == kSlicedStep ? this : nullptr; }

 private:
  Logits separate_passes(Step& s, const Tensor& x) const {
    const auto weak = [&] {
      const auto statistics = s.record_statistics(*net_);
      const auto quiet = without_noise(*net_);  // a label is what the network says, not one draw
      const at::NoGradGuard no_gradient;
      return net_(s.unlabeled({.view = "weak"}));
    }();
    const auto labeled = net_(x);
    return {labeled, weak, net_(s.unlabeled({.view = "strong"}))};
  }

  /// One batch of B + 2U samples, as published: they share batch norm's statistics.
  Logits joint_pass(Step& s, const Tensor& x) const {
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
  list.add("unlabeled_ratio", v.unlabeled_ratio,
           "unlabeled samples for each labeled one of a batch; at most the unlabeled pool is taken")
      .at_least(1)
      .at_most(1 << 10)
      .source(std::string(kPaper) + "section 4, mu");
  list.add("threshold", v.threshold,
           "probability from which on the class of a weak view is a pseudo-label")
      .above(0)
      .at_most(1)
      .source(std::string(kPaper) + "eq. 4, tau");
  list.add("weight", v.weight, "factor of the pseudo-label loss")
      .at_least(0)
      .source(std::string(kPaper) + "section 4, lambda_u");
  list.choice("passes", v.passes, {{"separate", Passes::separate}, {"joint", Passes::joint}},
              "labeled, weak and strong batch one by one, running statistics from the weak one; or "
              "as one batch, as published");
}

}  // namespace

SSLHOST_METHOD(FixMatch, "fixmatch", "0.2.0",
               "FixMatch: pseudo-labels of weak views for strong views (Sohn et al. 2020)")
