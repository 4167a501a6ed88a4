// SPDX-License-Identifier: Apache-2.0
// MixMatch: D. Berthelot, N. Carlini, I. Goodfellow, N. Papernot, A. Oliver, C. Raffel, "MixMatch:
// A Holistic Approach to Semi-Supervised Learning", arXiv:1905.02249v2 (NeurIPS 2019). Equation
// numbers are the paper's.
//
//   symbol  name here            shape        default  source
//   x, p    labeled batch        [B,C,H,W]    B 50
//   u       views of unlabeled   K·[U,C,H,W]  U 50
//   K       guesses              –            2        section 3.1
//   T       temperature          –            0.5      eq. 7
//   α       alpha                –            0.75     eq. 8
//   λ_U     weight, ramped       –            100      eq. 5, section 4
//
// Deviations: all mixed images pass the network as one batch, where the authors' code interleaves
// them in batches of size B; that pass alone feeds the running statistics, in their code its first
// B images do. Guesses come from passes without noise. The ramp of λ_U, 16,000 of 1,048,576
// iterations there, goes over the whole phase.
#include <algorithm>
#include <string>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/maximum.h>

#include "sslhost/nn/without_noise.hpp"
#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"
#include "sslhost/training/ramp.hpp"

#include "plugins/common/unlabeled_batch.hpp"

namespace {

using namespace sslhost;

struct MixMatchOptions {
  TrainingOptions training;
  int64_t unlabeled_batch = 50, guesses = 2;
  double temperature = 0.5, alpha = 0.75, weight = 100;
  RampOptions ramp = {.kind = RampOptions::Kind::linear, .fraction = 1};
};

/// Images [N,C,H,W] with soft labels [N,K].
struct Soft {
  Tensor images, labels;
};

/// Eq. 8–11: each sample of `a` nearer to itself than to its partner in `b`; λ [N], in [0, 1].
Soft mixup(const Soft& a, const Soft& b, const Tensor& lambda) {
  const auto near = at::maximum(lambda, 1 - lambda);  // eq. 9
  const auto mix = [&](const Tensor& x, const Tensor& y) {
    std::vector<int64_t> shape(static_cast<size_t>(x.dim()), 1);
    shape[0] = x.size(0);
    const auto l = near.view(shape);
    return l * x + (1 - l) * y;
  };
  return {mix(a.images, b.images), mix(a.labels, b.labels)};
}

/// Eq. 4: 1/(K·U') Σ ‖q − p(y|u)‖², K here the number of classes.
Tensor brier(const Tensor& logits, const Tensor& targets) {
  return squared_error(logits.softmax(1), targets);
}

std::string view_name(int64_t k) { return "guess_" + std::to_string(k + 1); }

class MixMatch final : public Method {
 public:
  using Options = MixMatchOptions;
  static void describe(OptionList& list, Options& v);
  explicit MixMatch(const Options& options) : o_(options) {}

  std::vector<Phase> phases(const Task& task) const override {
    std::vector<View> views;
    for (int64_t k = 0; k < o_.guesses; ++k) views.push_back({view_name(k), Augment::weak});
    return {
        {.iterations = o_.training.iterations,
         .streams = {{.pool = Pool::labeled, .batch = std::min(o_.training.batch, task.labeled)},
                     {.pool = Pool::unlabeled,
                      .batch = std::min(o_.unlabeled_batch, task.unlabeled),
                      .views = views}},
         .static_step = true}};
  }

  void build(Build& build) override {
    net_ = build.backbone("net");
    build.predict_with(net_);
    optimizer_ = build.optimizer("optimizer", {&*net_}, o_.training.optimizer);
    classes_ = at::arange(build.task().classes, at::dtype(at::kLong).device(build.task().device));
  }

  void step(Step& s) override {
    const auto b = s.labeled().labels.size(0);
    const auto mixed = mixed_batch(s);
    const auto n = mixed.images.size(0);
    const auto statistics = s.record_statistics(*net_);
    const auto logits = net_(mixed.images);
    const auto supervised =
        cross_entropy(logits.narrow(0, 0, b), mixed.labels.narrow(0, 0, b));  // eq. 3
    const auto unsupervised = brier(logits.narrow(0, b, n - b), mixed.labels.narrow(0, b, n - b));
    const auto weight = ramp(s.progress(), o_.ramp).mul(o_.weight);
    s.log("cross_entropy", supervised);
    s.log("guess_loss", unsupervised);
    s.log("guess_weight", weight);
    s.update(optimizer_, supervised + weight * unsupervised);  // eq. 5
  }

 private:
  /// Algorithm 1: labeled images, then the unlabeled ones in all their views, each mixed with
  /// another of them all.
  Soft mixed_batch(Step& s) const {
    const auto [x, y] = s.labeled();
    const auto unlabeled = guessed(s);
    const auto known = y.unsqueeze(1).eq(classes_).to(unlabeled.labels.scalar_type());
    const Soft all = {at::cat({x, unlabeled.images}), at::cat({known, unlabeled.labels})};
    const auto n = all.images.size(0);
    const auto partner = s.permutation("partners", n);
    return mixup(all, {all.images.index_select(0, partner), all.labels.index_select(0, partner)},
                 s.beta("lambda", o_.alpha, o_.alpha, {n}));
  }

  /// All views of the unlabeled batch with one guess for them.
  Soft guessed(Step& s) const {
    std::vector<Tensor> views;
    for (int64_t k = 0; k < o_.guesses; ++k) views.push_back(s.unlabeled({.view = view_name(k)}));
    return {at::cat(views), at::cat(std::vector<Tensor>(views.size(), guess(views)))};
  }

  /// Eq. 6 and 7, [U,K]: a constant.
  Tensor guess(const std::vector<Tensor>& views) const {
    const auto quiet = without_noise(*net_);
    const at::NoGradGuard no_gradient;
    auto sum = net_(views[0]).softmax(1);
    for (size_t k = 1; k < views.size(); ++k) sum = sum + net_(views[k]).softmax(1);
    return sharpen(sum.div(o_.guesses), o_.temperature);
  }

  Options o_;
  Network net_;
  Optimizer optimizer_;
  Tensor classes_;  ///< 0, 1, ..., K − 1
};

void MixMatch::describe(OptionList& list, Options& v) {
  constexpr auto kPaper = "Berthelot et al. 2019, arXiv:1905.02249v2, ";
  list.group("", v.training);
  common::add_unlabeled_batch(list, v.unlabeled_batch);
  list.add("guesses", v.guesses, "views of an unlabeled sample, whose mean prediction is its guess")
      .at_least(1)
      .at_most(16)
      .source(std::string(kPaper) + "section 3.1, K");
  list.add("temperature", v.temperature, "of sharpened guesses; 1: as they are")
      .at_least(0.1)
      .at_most(10)
      .source(std::string(kPaper) + "eq. 7, T");
  list.add("alpha", v.alpha, "both parameters of the Beta distribution that images are mixed by")
      .above(0)
      .at_most(100)
      .source(std::string(kPaper) + "eq. 8");
  list.add("weight", v.weight, "factor of the unlabeled loss at the end of its ramp")
      .at_least(0)
      .source(std::string(kPaper) + "eq. 5, lambda_U");
  list.group("", v.ramp);
}

}  // namespace

SSLHOST_METHOD(MixMatch, "mixmatch", "0.2.0",
               "MixMatch: guesses and labels, mixed (Berthelot et al. 2019)")
