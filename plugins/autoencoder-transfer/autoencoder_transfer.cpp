// SPDX-License-Identifier: Apache-2.0
// Autoencoder transfer: an encoder learns to compress unlabeled images, a classifier learns on its
// frozen features, then both together.
//   G. E. Hinton, R. R. Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks",
//     Science 313 (2006), 504–507: reconstruction first, gradient descent on everything after;
//   P. Vincent, H. Larochelle, I. Lajoie, Y. Bengio, P.-A. Manzagol, "Stacked Denoising
//     Autoencoders", JMLR 11 (2010), 3371–3408: an encoder that repairs its input learns more.
//
//   symbol  name here              shape              default           source
//   x       unlabeled batch        [U,C,H,W]          U 128
//   x̃       corrupted              as x               x + N(0, noise²)  Vincent et al., section 3.3
//   f       encoder()              [N,C,H,W] → [N,D]  --model           ibid., section 2.2
//   g       decoder()              [N,D] → [N,C,H,W]  two layers        ibid., section 2.2
//   h       classifier_            [N,D] → [N,K]      linear
//   x_l, y  labeled batch          [B,C,H,W], [B]     B 50
//
// Deviations: all layers are trained at once, not one after another; weights are not tied.
#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/stack.h>

#include "sslhost/error.hpp"
#include "sslhost/figures.hpp"
#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"
#include "sslhost/training/ranks.hpp"

#include "networks.hpp"
#include "options.hpp"

namespace {

using namespace sslhost;
using namespace autoencoder_transfer;

constexpr std::string_view kReconstruct = "reconstruct", kClassify = "classify",
                           kFinetune = "finetune";

class AutoencoderTransfer final : public Method, private Figures {
 public:
  using Options = autoencoder_transfer::Options;
  static void describe(OptionList& list, Options& v) { autoencoder_transfer::describe(list, v); }
  explicit AutoencoderTransfer(const Options& options) : o_(options) {}

  std::vector<Phase> phases(const Task& task) const override {
    std::vector<Phase> all;
    if (transfers()) all.push_back(reconstruct_phase(task));
    all.push_back(labeled_phase(kClassify, o_.classify.iterations,
                                std::min(o_.classify.batch, task.labeled), o_.classify_keep_best));
    all.back().streams.front().index = caches(task);
    if (o_.finetune.iterations > 0)
      all.push_back(labeled_phase(kFinetune, o_.finetune.iterations,
                                  std::min(o_.finetune.batch, task.labeled),
                                  o_.finetune.keep_best));
    return all;
  }

  void build(Build& build) override {
    const auto& task = build.task();
    autoencoder_ = make_autoencoder(o_, build);
    classifier_ = build.module(
        "classifier", std::make_shared<Classifier>(autoencoder_->width(), head_widths(build),
                                                   o_.head_dropout, task.classes));
    auto &f = autoencoder_->encoder(), &g = autoencoder_->decoder();
    if (transfers())
      reconstruct_ = build.optimizer("reconstruct", {&f, &g}, o_.reconstruct.optimizer);
    classify_ = transfers()
                    ? build.optimizer("classify", {&*classifier_}, o_.classify.optimizer)
                    : build.optimizer("classify", {&f, &*classifier_}, o_.classify.optimizer);
    if (o_.finetune.iterations > 0)
      finetune_ = build.optimizer("finetune", {{&f, o_.finetune_encoder_factor}, &*classifier_},
                                  o_.finetune.optimizer);
    caching_ = caches(task);
    drawable_ = task.channels == 1 || task.channels == 3;
  }

  /// The frozen encoder gives an image that is not augmented the same features every time.
  void prepare(Begin& begin) override {
    phase_ = begin.phase();
    cache_ = caching_ && phase_ == kClassify ? all_features(begin) : Tensor();
  }

  void step(Step& s) override {
    if (s.phase() == kReconstruct) return reconstruct(s);
    if (s.phase() == kFinetune || !transfers()) return train_all(s);
    const auto y = s.labeled().labels;
    s.update(classify_, cross_entropy((*classifier_)(frozen_features(s)), y), "cross_entropy");
  }

  Tensor predict(const Tensor& images) override {
    return (*classifier_)(autoencoder_->features(images));
  }

  const void* ability(std::string_view id) override {
    if (id == kSlicedStep) return this;
    return id == Figures::kAbility ? static_cast<const Figures*>(this) : nullptr;
  }

 private:
  bool transfers() const { return o_.reconstruct.iterations > 0; }
  bool caches(const Task& task) const { return o_.cache && transfers() && !task.augmented; }

  Phase reconstruct_phase(const Task& task) const {
    const auto batch = std::min(o_.reconstruct.batch, task.unlabeled);
    const auto a_pass = (task.unlabeled + batch - 1) / std::max<int64_t>(1, batch);
    return {.name = std::string(kReconstruct),
            .iterations = o_.reconstruct.iterations,
            .streams = {{.pool = Pool::unlabeled, .batch = batch}},
            .evaluate = false,
            .monitor = {.value = "reconstruction",
                        .every = a_pass,
                        .keep_best = o_.reconstruct.keep_best},
            .static_step = true};
  }
  static Phase labeled_phase(std::string_view name, int64_t iterations, int64_t batch,
                             bool keep_best) {
    Phase phase = {.name = std::string(name),
                   .iterations = iterations,
                   .streams = {{.pool = Pool::labeled, .batch = batch}},
                   .static_step = true};
    if (keep_best) phase.monitor = {.value = "validation_loss", .keep_best = true};
    return phase;
  }

  std::vector<int64_t> head_widths(Build& build) const try {
    return widths_of(o_.head);
  } catch (const std::invalid_argument& error) {
    build.problem("head", error.what());
    return {};
  }

  /// Mean over images and pixels of (g(f(x̃)) − x)²: the clean image is the target.
  void reconstruct(Step& s) {
    const auto x = s.unlabeled();
    const auto corrupted = o_.noise > 0 ? x + o_.noise * s.normal("corruption", x.sizes()) : x;
    const auto statistics = s.record_statistics(autoencoder_->encoder());
    const auto loss = autoencoder_->loss(corrupted, x);
    s.update(reconstruct_, loss, "reconstruction");
  }

  void train_all(Step& s) {
    const auto [x, y] = s.labeled();
    const auto statistics = s.record_statistics(autoencoder_->encoder());
    s.update(s.phase() == kFinetune ? finetune_ : classify_, cross_entropy(predict(x), y),
             "cross_entropy");
  }

  Tensor frozen_features(Step& s) const {
    if (cache_.defined()) return cache_.index_select(0, s.index());
    const auto as_at_test_time = s.evaluate(autoencoder_->encoder());
    return constant_features(s.labeled().images);
  }
  Tensor constant_features(const Tensor& images) const {
    const at::NoGradGuard no_gradient;
    return autoencoder_->features(images);
  }
  /// In pieces as long as a batch, the last one too: a matrix product rounds differently with
  /// another number of rows.
  Tensor all_features(Begin& begin) const {
    const auto as_at_test_time = begin.evaluate(autoencoder_->encoder());
    const auto size = begin.size(Pool::labeled), piece = std::min(o_.classify.batch, size);
    std::vector<Tensor> pieces;
    for (int64_t done = 0; done < size; done += piece) {
      const auto first = std::min(done, size - piece);
      const auto all = constant_features(begin.images(Pool::labeled, first, piece));
      pieces.push_back(all.narrow(0, done - first, piece - (done - first)));
    }
    return at::cat(pieces);
  }

  /// Pairs of an image and its reconstruction; not once fine-tuning has left the decoder behind. A
  /// finished run that is opened again begins no phase.
  std::vector<Figure> figures(const Tensor& images) override {
    const bool finetuned = phase_ == kFinetune || (phase_.empty() && o_.finetune.iterations > 0);
    if (!transfers() || !drawable_ || finetuned) return {};
    const auto pairs = at::stack({images, autoencoder_->reconstruct(images)}, 1).flatten(0, 1);
    return {{.name = "reconstructions",
             .caption = "Test images, each beside its reconstruction",
             .data = pairs}};
  }

  Options o_;
  bool caching_ = false, drawable_ = false;
  std::string phase_;
  std::unique_ptr<Autoencoder> autoencoder_;
  std::shared_ptr<Classifier> classifier_;
  Optimizer reconstruct_, classify_, finetune_;
  Tensor cache_;  ///< [labeled,D]; undefined: features are computed in each step
};

}  // namespace

SSLHOST_METHOD(AutoencoderTransfer, "autoencoder-transfer", "0.2.0",
               "Autoencoder on unlabeled images, then a classifier on its encoder")
