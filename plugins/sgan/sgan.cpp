// SPDX-License-Identifier: Apache-2.0
// Semi-supervised GAN: T. Salimans, I. Goodfellow, W. Zaremba, V. Cheung, A. Radford, X. Chen,
// "Improved Techniques for Training GANs", arXiv:1606.03498v1 (NIPS 2016). Sections are the
// paper's; the authors' code is github.com/openai/improved-gan, mnist_svhn_cifar10.
//
//   symbol        name here        shape      default           source
//   x, y          labeled batch    [B,C,H,W]  B 50
//   x             u                [U,C,H,W]  U 100
//   z             noise()          [U,Z]      Z 100, uniform    authors' code
//   G(z)          generated        as u       --generator       section 5.1
//   l_1 … l_K     net_(x)          [N,K]      --model           section 5
//   log Z         log_evidence()   [N]                          section 5
//   f             features()       [N,D]      of --model        section 3.1
//
// The classifier has K outputs. Output K + 1, "generated", needs none: a softmax does not change
// when all logits are shifted, so its logit is fixed at 0, and with Z(x) = Σ_k exp l_k(x) the
// probability of being real is D(x) = Z / (Z + 1).
//
// Deviations, the first two with the authors' code: both parts of the unsupervised loss have a
// factor ½; feature matching takes the mean over features of the squared difference, not the sum.
// Running statistics come from the unlabeled batch unless options say otherwise.
#include <algorithm>
#include <string>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/tensor.h>

#include "sslhost/figures.hpp"
#include "sslhost/nn/generator.hpp"
#include "sslhost/nn/weight_norm.hpp"
#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"
#include "sslhost/training/random.hpp"
#include "sslhost/training/ranks.hpp"

#include "options.hpp"

namespace {

using namespace sslhost;
using namespace sgan;

/// log Z(x) = log Σ_k exp l_k(x), [N] (section 5).
Tensor log_evidence(const Tensor& logits) { return logits.logsumexp(1); }

/// −½ mean log D(x); −log D = log(1 + 1/Z) = −log Z + softplus(log Z) = softplus(−log Z).
Tensor taken_for_real(const Tensor& logits) {
  return 0.5 * at::softplus(-log_evidence(logits)).mean();
}

/// −½ mean log(1 − D(x)); −log(1 − D) = log(1 + Z) = softplus(log Z).
Tensor taken_for_generated(const Tensor& logits) {
  return 0.5 * at::softplus(log_evidence(logits)).mean();
}

/// ‖mean f(x) − mean f(G(z))‖² / D over [N,D] each, and over all ranks (section 3.1).
Tensor feature_distance(const Tensor& real, const Tensor& generated) {
  const auto difference = mean_over_ranks(real.mean(0)) - mean_over_ranks(generated.mean(0));
  return difference.square().mean();
}

class Sgan final : public Method, private Figures {
 public:
  using Options = sgan::Options;
  static void describe(OptionList& list, Options& v) { sgan::describe(list, v); }
  explicit Sgan(const Options& options) : o_(options) {}

  std::vector<Phase> phases(const Task& task) const override {
    const auto unlabeled = std::min(o_.unlabeled_batch, task.unlabeled);
    Phase phase{
        .iterations = o_.training.iterations,
        .streams = {{.pool = Pool::labeled, .batch = std::min(o_.training.batch, task.labeled)},
                    {.name = "unlabeled", .pool = Pool::unlabeled, .batch = unlabeled}},
        .static_step = true};
    if (o_.generator_loss == GeneratorLoss::feature_matching)
      phase.streams.push_back({.name = "matching", .pool = Pool::unlabeled, .batch = unlabeled});
    return {phase};
  }

  void build(Build& build) override {
    const auto& task = build.task();
    net_ = build.backbone("net");
    build.predict_with(net_);
    generator_ = build.module(
        "generator", make_generator(o_.generator == "auto" ? fitting(task) : o_.generator, task,
                                    o_.latent, build.seed("generator")));
    optimizer_ = build.optimizer("classifier", {&*net_}, o_.training.optimizer);
    generator_optimizer_ = build.optimizer("generator", {generator_.get()}, o_.generator_optimizer);
    pixels_ = task.kind == DataKind::image;
    if (pixels_ && !task.mean.empty()) {
      mean_ = at::tensor(task.mean).view({-1, 1, 1}).to(task.device);
      std_ = at::tensor(task.std).view({-1, 1, 1}).to(task.device);
    }
    drawable_ = task.kind != DataKind::features;
    const int64_t shape[] = {pixels_ ? kImages : kPoints, o_.latent};
    const auto draw = o_.noise == Noise::uniform ? random::uniform : random::normal;
    shown_ = build.state("shown", draw(IntArrayRef(shape), build.seed("shown"), task.device));
  }

  void begin(Begin& begin) override {
    constexpr int64_t kSamples = 500;  // as the authors' code
    if (!o_.data_init) return;
    const auto count = std::min(kSamples, begin.size(Pool::unlabeled));
    initialize_from_data(*net_, begin.images(Pool::unlabeled, 0, count));
  }

  void step(Step& s) override {
    const auto all = s.record_statistics(*net_, o_.statistics == Statistics::all);
    const auto statistics = s.record_statistics(*generator_);
    const bool shared = o_.images == Images::shared;
    auto generated = generate(s, "noise", /*gradient=*/shared);
    s.update(optimizer_, classifier_loss(s, generated.detach()), "classifier");
    if (!shared) generated = generate(s, "fresh_noise", /*gradient=*/true);
    // Through the classifier as it is now, after its update.
    s.update(generator_optimizer_, generator_loss(s, generated), "generator");
  }

  const void* ability(std::string_view id) override {
    if (id == kSlicedStep) return this;
    return id == Figures::kAbility ? static_cast<Figures*>(this) : nullptr;
  }

 private:
  static constexpr int64_t kImages = 64, kPoints = 1000;  // in a figure

  /// A generator that makes the task's shape; `dcgan` refuses in words what is too large for it.
  static std::string fitting(const Task& task) {
    constexpr int64_t kSmallest = 16;  // pixels a side, for planes to begin with and to double
    if (task.kind != DataKind::image) return "mlp-128-128";
    if (std::min(task.height, task.width) < kSmallest) return "mlp-500-500";
    if (task.height == task.width)
      for (const int64_t size : {28, 32, 64, 224})
        if (task.height == size) return "dcgan-" + std::to_string(size);
    return "dcgan";
  }

  /// G(z) with z of this name, [U,C,H,W].
  Tensor generate(Step& s, std::string_view name, bool gradient) const {
    const int64_t shape[] = {s.unlabeled({.stream = "unlabeled"}).size(0), o_.latent};
    const auto z = o_.noise == Noise::uniform ? s.uniform(name, shape) : s.normal(name, shape);
    const at::AutoGradMode mode(gradient);
    return prepared((*generator_)(z));
  }

  /// As the classifier sees real images, [N,C,H,W]; generators make pixels in [0,1].
  Tensor prepared(const Tensor& pixels) const {
    return mean_.defined() ? pixels.sub(mean_).div(std_) : pixels;
  }

  /// L_supervised + weight · L_unsupervised (section 5), each batch in a pass of its own.
  Tensor classifier_loss(Step& s, const Tensor& generated) const {
    const auto unlabeled = unlabeled_loss(s);
    const auto fake = taken_for_generated(net_(generated));
    const auto supervised = supervised_loss(s);
    s.log("cross_entropy", supervised);
    s.log("unlabeled", unlabeled);
    s.log("generated", fake);
    return supervised + o_.unlabeled_weight * (unlabeled + fake);
  }

  Tensor unlabeled_loss(Step& s) const {
    const auto statistics = s.record_statistics(*net_, o_.statistics == Statistics::unlabeled);
    return taken_for_real(net_(s.unlabeled({.stream = "unlabeled"})));
  }

  /// −mean log p(y | x, y < K + 1): the softmax over the K outputs.
  Tensor supervised_loss(Step& s) const {
    const auto [x, y] = s.labeled();
    const auto statistics = s.record_statistics(*net_, o_.statistics == Statistics::labeled);
    return cross_entropy(net_(x), y);
  }

  Tensor generator_loss(Step& s, const Tensor& generated) const {
    if (o_.generator_loss == GeneratorLoss::plain) return taken_for_real(net_(generated));
    const auto real = real_features(s);  // first, with every compiler: layers may draw
    return feature_distance(real, net_->features(generated));
  }

  /// Of other unlabeled samples than those that the classifier has just been trained with.
  Tensor real_features(Step& s) const {
    const at::NoGradGuard constant;
    return net_->features(s.unlabeled({.stream = "matching"}));
  }

  std::vector<Figure> figures(const Tensor&) override {
    if (!drawable_) return {};
    const auto generated = prepared((*generator_)(shown_));
    return {{.name = "generated",
             .caption = "Generated from the same noise at every evaluation",
             .data = pixels_ ? generated : generated.flatten(1)}};
  }

  Options o_;
  bool pixels_ = false, drawable_ = false;
  Network net_;
  std::shared_ptr<Generator> generator_;
  Optimizer optimizer_, generator_optimizer_;
  Tensor shown_;       // noise, [kImages or kPoints, Z]
  Tensor mean_, std_;  // [C,1,1] of real pixels; undefined: they are not standardized
};

}  // namespace

SSLHOST_METHOD(Sgan, "sgan", "0.2.0",
               "Semi-supervised GAN with an implied class \"generated\" (Salimans et al. 2016)")
