// SPDX-License-Identifier: Apache-2.0
// Virtual adversarial training: T. Miyato, S. Maeda, M. Koyama, S. Ishii, "Virtual Adversarial
// Training: A Regularization Method for Supervised and Semi-Supervised Learning",
// arXiv:1704.03976v2 (TPAMI 2018). Equation numbers are the paper's.
//
//   symbol   name here           shape      default     source
//   x_l, y   labeled batch       [B,C,H,W]  B 50
//   x_ul     u                   [U,C,H,W]  U 128
//   d        direction           as u       N(0,1)/‖·‖  algorithm 1
//   ξ        xi                  []         see README  eq. 12
//   ε        epsilon             []         see README  eq. 5
//   α        weight              []         1           eq. 8
//   –        entropy_weight      []         0           VAT+EntMin
//   K        power_iterations    –          1           algorithm 1
//
// With samples = labeled the loss regularizes supervised training (section 4.1) and x_ul is x_l.
//
// Deviations: the KL divergence is taken over the unlabeled batch alone (the paper's eq. 7 averages
// over labeled images too; with overlapping pools they are in the unlabeled batch anyway). Lengths
// may be given relative to the data's rms distance (Task::data_rms). The entropy, too, is of the
// unlabeled batch alone, as in the authors' code (github.com/takerum/vat_tf); the paper's sum goes
// over labeled images as well.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include <ATen/core/grad_mode.h>

#include "sslhost/diagnostics.hpp"
#include "sslhost/plugin.hpp"
#include "sslhost/training/gradients.hpp"
#include "sslhost/training/losses.hpp"
#include "sslhost/training/ranks.hpp"

#include "options.hpp"

namespace {

using namespace sslhost;
using namespace vat;

class Vat final : public Method, private Diagnostics {
 public:
  using Options = vat::Options;
  static void describe(OptionList& list, Options& v) { vat::describe(list, v); }
  explicit Vat(const Options& options) : o_(options) {}

  std::vector<Phase> phases(const Task& task) const override {
    Phase phase{
        .iterations = o_.training.iterations,
        .streams = {{.pool = Pool::labeled, .batch = std::min(o_.training.batch, task.labeled)}},
        .static_step = true};
    if (o_.samples == Pool::unlabeled)
      phase.streams.push_back(
          {.pool = Pool::unlabeled, .batch = std::min(o_.unlabeled_batch, task.unlabeled)});
    return {phase};
  }

  void build(Build& build) override {
    const auto& task = build.task();
    const double unit = o_.radius == Radius::relative ? task.data_rms : 1;
    xi_ = o_.xi * unit;
    check_xi(build);
    if (o_.samples == Pool::labeled && o_.update == Update::alternating)
      build.problem("update",
                    "joint is the only one with samples = labeled, where one clean pass "
                    "serves both losses");
    classes_ = task.classes;
    net_ = build.backbone("net");
    epsilon_ = (o_.epsilon > 0 ? o_.epsilon : chosen_epsilon(build)) * unit;
    build.predict_with(net_);
    optimizer_ = build.optimizer("adam", {&*net_}, o_.training.optimizer);
  }

  void step(Step& s) override {
    const auto all = s.record_statistics(*net_, o_.statistics == Statistics::all);
    if (o_.samples == Pool::labeled) return regularize(s);
    if (o_.update == Update::joint) {
      const auto supervised =
          supervised_loss(s);  // first, so that the draws have one order with every compiler
      s.update(optimizer_, supervised + unlabeled_loss(s));  // eq. 8
      return;
    }
    s.update(optimizer_, supervised_loss(s), "cross_entropy");
    s.update(optimizer_, unlabeled_loss(s), "unlabeled");
  }

  const void* ability(std::string_view id) override {
    if (id == kSlicedStep) return this;
    return id == Diagnostics::kAbility ? static_cast<const Diagnostics*>(this) : nullptr;
  }

 private:
  Tensor supervised_loss(Step& s) const {
    const auto [x, y] = s.labeled();
    const auto loss = cross_entropy(clean_pass(s, x, o_.statistics == Statistics::labeled), y);
    if (o_.update == Update::joint) s.log("cross_entropy", loss);
    return loss;
  }

  Tensor unlabeled_loss(Step& s) const {
    const auto u = s.unlabeled();
    const auto passes = s.noise("vat", o_.randomness == Randomness::shared);
    return regularization(s, u, clean_logits(s, u));
  }

  /// α·LDS + `entropy_weight`·H(Y|X), where `clean` are the logits of x.
  Tensor regularization(Step& s, const Tensor& x, const Tensor& clean) const {
    const auto target = o_.clean == Clean::gradient ? clean : clean.detach();
    const auto loss = o_.weight * smoothness(s, x, target);
    // −1/U Σ_x Σ_y p(y|x) log p(y|x), through the clean pass: the one term that makes it sharper.
    return o_.entropy_weight > 0 ? loss + o_.entropy_weight * entropy(clean) : loss;
  }

  /// Both losses on the labeled batch: its one clean pass serves cross entropy and divergence.
  void regularize(Step& s) const {
    const auto [x, y] = s.labeled();
    const auto passes = s.noise("vat", o_.randomness == Randomness::shared);
    const auto logits = clean_pass(s, x, o_.statistics != Statistics::all);
    const auto supervised = cross_entropy(logits, y);
    s.log("cross_entropy", supervised);
    s.update(optimizer_, supervised + regularization(s, x, logits));  // eq. 8
  }

  /// LDS averaged over a batch (eq. 5 and 7): KL(p(y|u) ‖ p(y|u + r_adv)).
  Tensor smoothness(Step& s, const Tensor& u, const Tensor& clean) const {
    const auto direction = adversarial_direction(s, u, clean.detach());
    const auto loss = kl_divergence(clean, net_(u.add(direction, epsilon_)));  // r_adv, eq. 11
    s.log("vat", loss);
    log_entropies(s, clean.detach());
    return loss;
  }

  /// How sure the clean predictions are, one by one and on average: what tells a good run from one
  /// that went wrong.
  static void log_entropies(Step& s, const Tensor& clean) {
    constexpr double kSmallest = std::numeric_limits<float>::min();
    const at::NoGradGuard no_gradient;
    s.log("clean_entropy", entropy(clean));
    const auto mean = mean_over_ranks(clean.softmax(1).mean(0, true));
    const auto marginal = mean.clamp_min(kSmallest);  // 0 · log 0 is NaN
    s.log("marginal_entropy", entropy(marginal.log()));
  }

  /// Thresholds: docs/explanation/xi.md. A trial step too short for the data picks the
  /// perturbation's sign at random, and the loss then flattens predictions that the labels have
  /// made sharp.
  std::optional<std::string> diagnose(const Means& means, int64_t iteration) const override {
    const auto mean = [&](std::string_view name) {
      for (const auto& [logged, value] : means)
        if (logged == name) return value;
      return std::numeric_limits<double>::quiet_NaN();
    };
    const double certain = std::log(static_cast<double>(classes_));
    if (iteration < 100 || !(mean("cross_entropy") < 0.1)) return std::nullopt;
    if (mean("clean_entropy") > 0.35 * certain)
      return "vat: predictions on unlabeled images are flat although the labeled ones are fitted; "
             "raise xi or lower epsilon";
    return std::nullopt;
  }

  Tensor clean_pass(Step& s, const Tensor& images, bool recorded) const {
    const auto statistics = s.record_statistics(*net_, recorded);
    return net_(images);
  }

  Tensor clean_logits(Step& s, const Tensor& u) const {
    const at::AutoGradMode gradient(o_.clean == Clean::gradient || o_.entropy_weight > 0);
    return clean_pass(s, u, o_.statistics == Statistics::unlabeled);
  }

  /// Power iteration on the Hessian of the divergence at r = 0 (eq. 9–12): d ← ∇_d KL(p(u) ‖ p(u +
  /// ξ·d)), normalised. Only the perturbation takes a gradient; none of the weights' is computed.
  Tensor adversarial_direction(Step& s, const Tensor& u, const Tensor& clean) const {
    auto d = unit_norm(s.normal("direction", u.sizes()));
    for (int64_t k = 0; k < o_.power_iterations; ++k) {
      d.requires_grad_();
      const auto divergence = kl_divergence(clean, net_(u.add(d, xi_)));
      d = unit_norm(gradients(divergence, {d})[0]);
    }
    return d;
  }

  /// Measured: docs/explanation/xi.md.
  double chosen_epsilon(Build& build) const {
    if (o_.radius == Radius::absolute)
      build.problem("epsilon", "0 stands for a relative radius; with radius = absolute, give one");
    const auto weights = net_->parameters();
    const bool convolves =
        std::any_of(weights.begin(), weights.end(), [](const Tensor& w) { return w.dim() == 4; });
    const bool pixels = build.task().height * build.task().width > 1;
    return pixels && !convolves ? 0.2 : 0.3;
  }

  /// A trial step that products cannot resolve beside pixels of magnitude 1 gives a direction made
  /// of rounding. Redrawn masks hide that: the two passes then differ by more than the
  /// perturbation, whatever its length.
  void check_xi(Build& build) const {
    const double a_pixel = xi_ / std::sqrt(static_cast<double>(build.task().inputs()));
    // 16 units in the last place of numbers in [0.5, 1)
    const double resolved = 16 * rounding(build.task().precision);
    if (a_pixel >= resolved) return;
    const auto why = "too small for the precision of products: it moves a pixel by " +
                     to_text(a_pixel) + " on average; expected at least " + to_text(resolved);
    if (o_.randomness == Randomness::shared)
      build.problem("xi", why);
    else
      build.warning("option xi: " + why +
                    "; what the redrawn masks give is not the paper's direction");
  }

  Options o_;
  double xi_ = 0, epsilon_ = 0;
  int64_t classes_ = 0;
  Network net_;
  Optimizer optimizer_;
};

}  // namespace

SSLHOST_METHOD(Vat, "vat", "0.2.0", "Virtual adversarial training (Miyato et al. 2018)")
