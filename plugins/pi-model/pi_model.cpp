// SPDX-License-Identifier: Apache-2.0
// Pi-model: S. Laine, T. Aila, "Temporal Ensembling for Semi-Supervised Learning",
// arXiv:1610.02242v3 (ICLR 2017), section 2.1 and algorithm 1.
//
//   symbol   name here                    shape        default      source
//   x, y     labeled and unlabeled batch  [B+U,C,H,W]  B 50, U 128
//   g(x)     views "first" and "second"   [B+U,C,H,W]  --weak       algorithm 1
//   z, z̃    two passes                   [B+U,K]                   algorithm 1
//   w(t)     weight, times its ramp       []           100          algorithm 1, section 2.1
//   –        noise at the input           –            0.15         table 5
//
// Deviations: labeled and unlabeled images come in batches of their own, so that the cross entropy
// is a mean over the labeled ones; algorithm 1 divides by all of B and has w_max = 100·M/N for M
// labels among N samples, which is the same ratio of the two losses. Adam's β1 stays; the paper
// lowers it at the end. Running statistics come from the first pass alone.
#include <string>

#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"
#include "sslhost/training/ramp.hpp"
#include "sslhost/training/ranks.hpp"

#include "plugins/common/draws.hpp"
#include "plugins/common/two_views.hpp"
#include "plugins/common/unlabeled_batch.hpp"

namespace {

using namespace sslhost;

struct PiModelOptions {
  TrainingOptions training;
  int64_t unlabeled_batch = 128;
  double weight = 100;
  RampOptions ramp = {.kind = RampOptions::Kind::sigmoid};
  double noise = 0.15;
  double dropout = -1;
};

class PiModel final : public Method {
 public:
  using Options = PiModelOptions;
  static void describe(OptionList& list, Options& v);
  explicit PiModel(const Options& options) : o_(options) {}

  std::vector<Phase> phases(const Task& task) const override {
    return {common::two_views_phase(o_.training, o_.unlabeled_batch, task, "first", "second")};
  }

  void build(Build& build) override {
    net_ = build.backbone("net", {.dropout = o_.dropout, .noise = o_.noise});
    build.predict_with(net_);
    optimizer_ = build.optimizer("optimizer", {&*net_}, o_.training.optimizer);
    if (!build.task().augmented && !common::draws(*net_))
      build.warning(
          "pi-model: both passes see the same images without noise, so that they never differ; "
          "give "
          "--noise, --dropout or --weak");
  }

  const void* ability(std::string_view id) override { return id == kSlicedStep ? this : nullptr; }

  void step(Step& s) override {
    const auto y = s.labeled({.view = "first"}).labels;
    const auto z = first_pass(s);
    const auto again = net_(common::both_batches(s, "second"));
    const auto supervised = cross_entropy(z.narrow(0, 0, y.size(0)), y);
    // 1/(C·|B|) Σ ‖z − z̃‖²: both passes take its gradient.
    const auto consistency = squared_error(z.softmax(1), again.softmax(1));
    const auto weight = ramp(s.progress(), o_.ramp).mul(o_.weight);
    s.log("cross_entropy", supervised);
    s.log("consistency", consistency);
    s.log("consistency_weight", weight);
    s.update(optimizer_, supervised + weight * consistency);
  }

 private:
  Tensor first_pass(Step& s) const {
    const auto statistics = s.record_statistics(*net_);
    return net_(common::both_batches(s, "first"));
  }

  Options o_;
  Network net_;
  Optimizer optimizer_;
};

void PiModel::describe(OptionList& list, Options& v) {
  constexpr auto kPaper = "Laine & Aila 2017, arXiv:1610.02242v3, ";
  list.group("", v.training);
  common::add_unlabeled_batch(list, v.unlabeled_batch);
  list.add("weight", v.weight, "factor of the consistency loss at the end of its ramp")
      .at_least(0)
      .source(std::string(kPaper) + "section 2.1, w_max");
  list.group("", v.ramp);
  list.add("noise", v.noise,
           "standard deviation of Gaussian noise at the input; below 0: the network's own")
      .at_least(-1)
      .unit("input")
      .source(std::string(kPaper) + "table 5");
  list.add("dropout", v.dropout, "dropout probability; below 0: the network's own")
      .at_least(-1)
      .below(1);
}

}  // namespace

SSLHOST_METHOD(PiModel, "pi-model", "0.2.0",
               "Pi-model: two passes with other noise agree (Laine & Aila 2017)")
