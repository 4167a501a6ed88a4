// SPDX-License-Identifier: Apache-2.0
// MixMatch: D. Berthelot, N. Carlini, I. Goodfellow, N. Papernot, A. Oliver, C. Raffel, "MixMatch:
// A Holistic Approach to Semi-Supervised Learning", arXiv:1905.02249v2 (NeurIPS 2019). Equation
// numbers are the paper's. A method of soft targets, Beta draws, permutations and several views.
//
//   symbol  name here            shape        default  source
//   x, p    labeled batch        [B,C,H,W]    B 50
//   u       views of unlabeled   2·[U,C,H,W]  U 50     section 3.1, K = 2
//   T       temperature          –            0.5      eq. 7
//   α       alpha                –            0.75     eq. 8
//   λ_U     weight               –            100      eq. 5
//
// Deviations: labeled and unlabeled images pass the network as one batch, where the authors' code
// interleaves them in batches of size B.
#include <algorithm>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/maximum.h>

#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"
#include "sslhost/training/ramp.hpp"

namespace {

using namespace sslhost;

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

/// Eq. 4: 1/(K·U') Σ ‖q − p(y|u)‖².
Tensor brier(const Tensor& logits, const Tensor& targets) {
  return (logits.softmax(1) - targets).square().mean();
}

class MixMatch final : public Method {
 public:
  struct Options {
    TrainingOptions training;
    int64_t unlabeled_batch = 50;
    double temperature = 0.5, alpha = 0.75, weight = 100;
    RampOptions ramp = {.kind = RampOptions::Kind::linear};
  };
  static void describe(OptionList& list, Options& v) {
    list.group("", v.training);
    list.add("unlabeled_batch", v.unlabeled_batch, "unlabeled samples in a batch").at_least(1);
    list.add("temperature", v.temperature, "of sharpened guesses").above(0).source("eq. 7");
    list.add("alpha", v.alpha, "both parameters of the Beta distribution").above(0).source("eq. 8");
    list.add("weight", v.weight, "factor of the unlabeled loss").at_least(0).source("eq. 5");
    list.group("", v.ramp);
  }
  explicit MixMatch(const Options& options) : o_(options) {}

  std::vector<Phase> phases(const Task& task) const override {
    return {
        {.iterations = o_.training.iterations,
         .streams = {{.pool = Pool::labeled, .batch = std::min(o_.training.batch, task.labeled)},
                     {.pool = Pool::unlabeled,
                      .batch = std::min(o_.unlabeled_batch, task.unlabeled),
                      .views = {{"first", Augment::weak}, {"second", Augment::weak}}}},
         .static_step = true}};
  }

  void build(Build& build) override {
    net_ = build.backbone("net");
    build.predict_with(net_);
    optimizer_ = build.optimizer("optimizer", {&*net_}, o_.training.optimizer);
    classes_ = at::arange(build.task().classes, at::dtype(at::kLong).device(build.task().device));
  }

  void step(Step& s) override {
    const auto [x, y] = s.labeled();
    const Soft labeled = {x, y.unsqueeze(1).eq(classes_).to(at::kFloat)};
    const auto unlabeled = guessed(s);
    const Soft all = {at::cat({labeled.images, unlabeled.images}),
                      at::cat({labeled.labels, unlabeled.labels})};
    const auto n = all.images.size(0), b = x.size(0);
    const auto partner = s.permutation("partners", n);
    const auto mixed =
        mixup(all, {all.images.index_select(0, partner), all.labels.index_select(0, partner)},
              s.beta("lambda", o_.alpha, o_.alpha, {n}));  // algorithm 1, lines 10 to 13
    const auto statistics = s.record_statistics(*net_);
    const auto logits = net_(mixed.images);
    const auto supervised =
        cross_entropy(logits.narrow(0, 0, b), mixed.labels.narrow(0, 0, b));  // eq. 3
    const auto unsupervised = brier(logits.narrow(0, b, n - b), mixed.labels.narrow(0, b, n - b));
    s.log("cross_entropy", supervised);
    s.log("unsupervised", unsupervised);
    s.update(optimizer_,
             supervised + o_.weight * ramp(s.progress(), o_.ramp) * unsupervised);  // eq. 5
  }

 private:
  /// Both views of the unlabeled batch with one guess for them, a constant (eq. 6 and 7).
  Soft guessed(Step& s) const {
    const auto first = s.unlabeled({.view = "first"}), second = s.unlabeled({.view = "second"});
    const auto images = at::cat({first, second});
    const at::NoGradGuard constant;
    const auto mean = (net_(first).softmax(1) + net_(second).softmax(1)) / 2;
    const auto guess = sharpen(mean, o_.temperature);
    return {images, at::cat({guess, guess})};
  }

  Options o_;
  Network net_;
  Optimizer optimizer_;
  Tensor classes_;  ///< 0, 1, ..., K − 1
};

}  // namespace

SSLHOST_METHOD(MixMatch, "mixmatch", "0.2.0",
               "MixUp of labeled images and guesses (Berthelot et al. 2019); for tests")
