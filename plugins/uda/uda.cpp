// SPDX-License-Identifier: Apache-2.0
// UDA: Q. Xie, Z. Dai, E. Hovy, M.-T. Luong, Q. V. Le, "Unsupervised Data Augmentation for
// Consistency Training", arXiv:1904.12848v6 (NeurIPS 2020).
//
//   symbol      name here          shape  default  source
//   p(y|x_2)    weak predictions   [U,K]           eq. 1
//   x̂ ~ q      view "strong"      [U,…]  --strong eq. 1
//   –           unlabeled_ratio    –      7        authors' code
//   λ           weight             –      1        eq. 1
//   β           threshold          –      0.8      section 2.3
//   τ           temperature        –      0.4      section 2.3
//   η_t         annealing_limit()  []     none     appendix, training signal annealing
//
// Deviations: the loss is the cross entropy with the sharpened prediction, as in the paper; the
// authors' code has the KL divergence, whose gradient is the same. Labeled, weak and strong batch
// pass the network one after the other, the weak one without noise and graph, and it alone feeds
// the running statistics.
#include <ATen/ops/softmax.h>

#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"
#include "sslhost/training/ranks.hpp"

#include "plugins/common/weak_strong.hpp"

namespace {

using namespace sslhost;

enum class Annealing { none, linear, log, exp };

struct UdaOptions {
  TrainingOptions training = common::weight_decay_on_weights();
  common::WeakStrongOptions views;
  double threshold = 0.8;
  double temperature = 0.4;
  Annealing annealing = Annealing::none;
};

/// η_t = α_t·(1 − 1/K) + 1/K: t/T, 1 − exp(−5·t/T) or exp(5·(t/T − 1)) for α_t. `progress` is t/T,
/// [] in [0, 1).
Tensor annealing_limit(const Tensor& progress, Annealing annealing, int64_t classes) {
  constexpr double kSteepness = 5;
  const double chance = 1.0 / static_cast<double>(classes);
  const auto alpha = annealing == Annealing::linear ? progress
                     : annealing == Annealing::log  ? 1 - progress.mul(-kSteepness).exp()
                                                    : progress.sub(1).mul(kSteepness).exp();
  return alpha.mul(1 - chance).add(chance);
}

/// Cross entropy of the labeled samples whose label has a probability of at most `limit` [], a mean
/// over those of all ranks; 0 where there are none.
Tensor annealed_cross_entropy(const Tensor& logits, const Tensor& labels, const Tensor& limit) {
  const auto each = cross_entropy(logits, labels, Reduction::none);
  const auto of_label = each.detach().neg().exp();
  const auto counts = of_label.le(limit).to(each.scalar_type());
  return (each * counts).sum() / mean_over_ranks(counts.sum()).clamp_min(1.0 / rank_count());
}

class Uda final : public Method {
 public:
  using Options = UdaOptions;
  static void describe(OptionList& list, Options& v);
  explicit Uda(const Options& options) : o_(options) {}

  std::vector<Phase> phases(const Task& task) const override {
    return {common::weak_strong_phase(o_.training, o_.views, task)};
  }

  void build(Build& build) override {
    classes_ = build.task().classes;
    net_ = build.backbone("net");
    build.predict_with(net_);
    optimizer_ = build.optimizer("optimizer", {&*net_}, o_.training.optimizer);
  }

  const void* ability(std::string_view id) override { return id == kSlicedStep ? this : nullptr; }

  void step(Step& s) override {
    const auto [x, y] = s.labeled();
    const auto logits = common::weak_strong_logits(s, net_, x);
    const auto mask =
        std::get<0>(logits.weak.softmax(1).max(1)).gt(o_.threshold).to(logits.weak.scalar_type());
    const auto sharp = logits.weak.div(o_.temperature).softmax(1);
    const auto supervised = labeled_loss(s, logits.labeled, y);
    const auto unsupervised = common::weighted_cross_entropy(logits.strong, sharp, mask);
    s.log("cross_entropy", supervised);
    s.log("consistency", unsupervised);
    s.log("mask_rate", mask.mean());
    s.update(optimizer_, supervised + o_.views.weight * unsupervised);  // eq. 1
  }

 private:
  Tensor labeled_loss(Step& s, const Tensor& logits, const Tensor& y) const {
    if (o_.annealing == Annealing::none) return cross_entropy(logits, y);
    const auto limit = annealing_limit(s.progress(), o_.annealing, classes_);
    s.log("annealing_limit", limit);
    return annealed_cross_entropy(logits, y, limit);
  }

  Options o_;
  int64_t classes_ = 0;
  Network net_;
  Optimizer optimizer_;
};

void Uda::describe(OptionList& list, Options& v) {
  constexpr auto kPaper = "Xie et al. 2020, arXiv:1904.12848v6, ";
  list.group("", v.training);
  common::WeakStrongOptions::describe(list, v.views,
                                      std::string(kPaper) + "eq. 1, and the authors' code");
  list.add("threshold", v.threshold,
           "probability above which the prediction for a weak view is a target")
      .at_least(0)
      .below(1)
      .source(std::string(kPaper) + "section 2.3, beta");
  list.add("temperature", v.temperature, "what logits of weak views are divided by")
      .at_least(0.01)
      .at_most(10)
      .source(std::string(kPaper) + "section 2.3, tau");
  list.choice("annealing", v.annealing,
              {{"none", Annealing::none},
               {"linear", Annealing::linear},
               {"log", Annealing::log},
               {"exp", Annealing::exp}},
              "training signal annealing: labeled samples count while their label is less probable "
              "than a limit that rises from 1/K to 1, in a line, early (log) or late (exp)")
      .source(std::string(kPaper) + "appendix");
}

}  // namespace

SSLHOST_METHOD(Uda, "uda", "0.2.0",
               "UDA: sharpened predictions of weak views for strong views (Xie et al. 2020)")
