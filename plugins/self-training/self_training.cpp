// SPDX-License-Identifier: Apache-2.0
// Self-training: H. J. Scudder, "Probability of error of some adaptive pattern-recognition
// machines", IEEE Transactions on Information Theory 11(3), 1965; in rounds that each begin with
// the first weights, as in P. Cascante-Bonilla, F. Tan, Y. Qi, V. Ordonez, "Curriculum Labeling:
// Revisiting Pseudo-Labeling for Semi-Supervised Learning", arXiv:2001.06001v2 (AAAI 2021).
//
//   symbol  name here            shape  default  source
//   –       rounds               –      3        algorithm 1 of Curriculum Labeling
//   –       restart              –      true     the same
//   T       temperature          []              Guo et al. 2017, eq. 9
//   –       calibration          –      0.2
//   –       threshold            –      0.9
//   –       least                –      0.2      section 3 of Curriculum Labeling
//   ŷ       labels, mask         [U]
//
// A round labels the whole unlabeled pool with the network of the round before, and then learns
// from the labels and from what that network was sure of. How sure a network is says little when it
// knows its labels by heart: the labels of a part of the labeled samples are kept from all networks
// but the last, and a temperature is fitted to them before each labeling. Where pools overlap,
// their images are in the unlabeled pool, with pseudo-labels from the first round on.
//
// Deviations from Curriculum Labeling: a pseudo-label counts from a calibrated probability on, and
// the surest 20 % do in any case, where they take the surest 20, 40, ... 100 %; neither strong
// augmentation nor weight averaging.
#include <algorithm>
#include <string>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"
#include "sslhost/training/ranks.hpp"

#include "calibration.hpp"
#include "plugins/common/unlabeled_batch.hpp"
#include "plugins/common/weak_strong.hpp"

namespace {

using namespace sslhost;

struct SelfTrainingOptions {
  TrainingOptions training;
  int64_t unlabeled_batch = 128, rounds = 3;
  double threshold = 0.9, least = 0.2, calibration = 0.2, weight = 1;
  bool restart = true;
};

/// 1 where a label counts, else 0: from the threshold on, and for the surest part `least` of all in
/// any case; [N] for calibrated probabilities [N].
Tensor counting(const Tensor& confidence, double threshold, double least) {
  const auto surest = static_cast<int64_t>(least * static_cast<double>(confidence.size(0)));
  auto lowest = at::full({}, threshold, confidence.options());
  if (surest > 0) lowest = lowest.minimum(std::get<0>(confidence.topk(surest)).amin());
  return confidence.ge(lowest).to(at::kFloat);
}

/// "teacher", then "round_1", "round_2", ...
std::string phase_name(int64_t round) {
  return round == 0 ? "teacher" : "round_" + std::to_string(round);
}

class SelfTraining final : public Method {
 public:
  using Options = SelfTrainingOptions;
  static void describe(OptionList& list, Options& v);
  explicit SelfTraining(const Options& options) : o_(options) {}

  /// Phases of the same length; the last has what a division leaves over.
  std::vector<Phase> phases(const Task& task) const override {
    const Stream labeled = {.name = "labeled",
                            .pool = Pool::labeled,
                            .batch = std::min(o_.training.batch, task.labeled),
                            .index = true};
    const Stream unlabeled = {.name = "unlabeled",
                              .pool = Pool::unlabeled,
                              .batch = std::min(o_.unlabeled_batch, task.unlabeled),
                              .index = true};
    const auto length = std::max<int64_t>(o_.training.iterations / (o_.rounds + 1), 1);
    std::vector<Phase> all;
    for (int64_t r = 0; r <= o_.rounds; ++r)
      all.push_back({.name = phase_name(r),
                     .iterations = r < o_.rounds
                                       ? length
                                       : std::max(o_.training.iterations - r * length, length),
                     .streams = r == 0 ? std::vector{labeled} : std::vector{labeled, unlabeled},
                     .static_step = true});
    return all;
  }

  void build(Build& build) override {
    const auto& task = build.task();
    net_ = build.backbone("net");
    build.predict_with(net_);
    for (int64_t r = 0; r <= o_.rounds; ++r)  // each with moments of its own
      optimizers_.push_back(
          build.optimizer("optimizer_" + std::to_string(r), {&*net_}, o_.training.optimizer));
    held_back_ = static_cast<int64_t>(o_.calibration * static_cast<double>(task.labeled));
    labels_ = build.state("labels", at::zeros({task.unlabeled}, at::kLong), Keep::training);
    mask_ = build.state("mask", at::zeros({task.unlabeled}), Keep::training);
    temperature_ = build.state("temperature", at::ones({}), Keep::training);
    if (!o_.restart) return;
    for (const auto& tensor : weights())
      first_.push_back(build.state("first_" + std::to_string(first_.size()),
                                   tensor.detach().clone(), Keep::training));
  }

  const void* ability(std::string_view id) override { return id == kSlicedStep ? this : nullptr; }

  void begin(Begin& begin) override {
    const at::NoGradGuard no_gradient;
    if (begin.phase() == phase_name(0)) {  // --init may have given others than build() saw
      copy(weights(), first_);
      return;
    }
    label_pool(begin);
    copy(first_, weights());
  }

  void step(Step& s) override {
    const auto round = round_of(s.phase());
    if (round == 0) {
      const auto statistics = s.record_statistics(*net_);
      s.update(optimizers_[0], labeled_loss(s, held_back_), "cross_entropy");
      return;
    }
    const auto supervised = labeled_loss(s, round < o_.rounds ? held_back_ : 0);
    const auto index = s.index({.stream = "unlabeled"});
    const auto labels = labels_.index_select(0, index), mask = mask_.index_select(0, index);
    const auto unsupervised = common::weighted_cross_entropy(unlabeled_logits(s), labels, mask);
    s.log("cross_entropy", supervised);
    s.log("pseudo_label_loss", unsupervised);
    s.log("mask_rate", mask.mean());
    s.log("temperature", temperature_);
    s.log_accuracy("pseudo_label_accuracy", labels, index, mask);
    s.update(optimizers_[static_cast<size_t>(round)], supervised + o_.weight * unsupervised);
  }

 private:
  /// Cross entropy of the labeled batch, a mean over samples of all ranks from the position `from`
  /// of their pool on: earlier ones are kept for calibration.
  Tensor labeled_loss(Step& s, int64_t from) const {
    const auto [x, y] = s.labeled();
    const auto logits = net_(x);
    if (from == 0) return cross_entropy(logits, y);
    const auto counts = s.index({.stream = "labeled"}).ge(from).to(logits.scalar_type());
    const auto each = cross_entropy(logits, y, Reduction::none);
    return (each * counts).sum() / mean_over_ranks(counts.sum()).clamp_min(1.0 / rank_count());
  }

  Tensor unlabeled_logits(Step& s) const {
    const auto statistics = s.record_statistics(*net_);
    return net_(s.unlabeled());
  }

  /// Labels, and whether they count, of the whole unlabeled pool.
  void label_pool(Begin& begin) {
    const auto as_at_test_time = begin.evaluate(*net_);
    if (held_back_ > 0)
      temperature_.copy_(self_training::fitted_temperature(
          all_logits(begin, Pool::labeled, held_back_), begin.labels().narrow(0, 0, held_back_)));
    const auto logits = all_logits(begin, Pool::unlabeled, begin.size(Pool::unlabeled));
    const auto [confidence, labels] = logits.div(temperature_).softmax(1).max(1);
    labels_.copy_(labels);
    mask_.copy_(counting(confidence, o_.threshold, o_.least));
  }

  /// Of the first `count` samples of the pool.
  Tensor all_logits(const Begin& begin, Pool pool, int64_t count) const {
    constexpr int64_t kPiece = 500;
    std::vector<Tensor> pieces;
    for (int64_t first = 0; first < count; first += kPiece)
      pieces.push_back(net_(begin.images(pool, first, std::min(kPiece, count - first))));
    return at::cat(pieces);
  }

  std::vector<Tensor> weights() const {
    auto all = net_->parameters();
    for (const auto& buffer : net_->buffers()) all.push_back(buffer);
    return all;
  }

  /// Nothing where nothing is restarted.
  static void copy(const std::vector<Tensor>& from, const std::vector<Tensor>& to) {
    for (size_t i = 0; i < std::min(from.size(), to.size()); ++i) to[i].copy_(from[i]);
  }

  int64_t round_of(std::string_view phase) const {
    int64_t round = 0;
    while (phase_name(round) != phase) ++round;
    return round;
  }

  Options o_;
  Network net_;
  std::vector<Optimizer> optimizers_;  ///< of each phase
  int64_t held_back_ = 0;              ///< labeled samples that calibrate
  Tensor labels_;                      ///< [unlabeled] int64, as labeled last
  Tensor mask_;                        ///< [unlabeled], 1 where the label counts
  Tensor temperature_;                 ///< [], as fitted last
  std::vector<Tensor> first_;          ///< of weights(), at the start
};

void SelfTraining::describe(OptionList& list, Options& v) {
  constexpr auto kPaper = "Cascante-Bonilla et al. 2021, arXiv:2001.06001v2, ";
  list.group("", v.training);
  common::add_unlabeled_batch(list, v.unlabeled_batch);
  list.add(
          "rounds", v.rounds,
          "how often the unlabeled pool is labeled anew; the first network and each round have the "
          "same part of the iterations")
      .at_least(1)
      .at_most(100)
      .source(std::string(kPaper) + "algorithm 1");
  list.add("threshold", v.threshold, "calibrated probability from which on a pseudo-label counts")
      .at_least(0)
      .at_most(1);
  list.add("least", v.least,
           "fraction of the pool whose pseudo-labels count in any case, the surest ones")
      .at_least(0)
      .at_most(1)
      .source(std::string(kPaper) + "section 3");
  list.add("calibration", v.calibration,
           "fraction of the labeled samples that fit the temperature, and train the last round "
           "alone; 0: the temperature is 1")
      .at_least(0)
      .at_most(0.9);
  list.add("weight", v.weight, "factor of the pseudo-label loss").at_least(0);
  list.add("restart", v.restart,
           "whether each round begins with the weights that the first one began with")
      .source(std::string(kPaper) + "algorithm 1");
}

}  // namespace

SSLHOST_METHOD(SelfTraining, "self-training", "0.2.0",
               "Self-training in rounds with calibrated pseudo-labels (Scudder 1965)")
