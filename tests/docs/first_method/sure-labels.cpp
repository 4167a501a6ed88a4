// SPDX-License-Identifier: Apache-2.0
// sure-labels: pseudo-labels where the network is sure. Lee, "Pseudo-Label: The Simple and
// Efficient Semi-Supervised Learning Method for Deep Neural Networks", ICML workshop 2013; the
// threshold is that of Sohn et al., "FixMatch", 2020, arXiv:2001.07685v2.
#include <algorithm>

#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"

namespace {

using namespace sslhost;

class SureLabels final : public Method {
 public:
  /// A member's value is the default. Each becomes a flag, a line of the help and a key of recipes.
  struct Options {
    TrainingOptions training;  // iterations, batch, optimizer and its learning rate
    int64_t unlabeled_batch = 128;
    double weight = 1;
    double threshold = 0.95;
  };

  static void describe(OptionList& list, Options& v) {
    list.group("", v.training);
    list.add("unlabeled_batch", v.unlabeled_batch, "unlabeled samples in a batch").at_least(1);
    list.add("weight", v.weight, "factor of the unlabeled loss")
        .at_least(0)
        .source("Lee, eq. 15, alpha");
    list.add("threshold", v.threshold, "least probability of a class that becomes a label")
        .at_least(0)
        .at_most(1)
        .source("FixMatch, section 2.2, tau");
  }

  explicit SureLabels(const Options& options) : options_(options) {}

  /// How long it trains, and on which samples. What is not declared here cannot be reached.
  std::vector<Phase> phases(const Task& task) const override {
    const auto labeled = std::min(options_.training.batch, task.labeled);
    const auto unlabeled = std::min(options_.unlabeled_batch, task.unlabeled);
    return {{.iterations = options_.training.iterations,
             .streams = {{.pool = Pool::labeled, .batch = labeled},
                         {.pool = Pool::unlabeled, .batch = unlabeled}}}};
  }

  /// What it is made of. The network is the user's choice (--model).
  void build(Build& build) override {
    net_ = build.backbone("net");
    build.predict_with(net_);
    optimizer_ = build.optimizer("adam", {&*net_}, options_.training.optimizer);
  }

  /// One iteration. x [B,C,H,W], y [B] class numbers, u [U,C,H,W]; net_ gives logits [B,K].
  void step(Step& s) override {
    const auto [x, y] = s.labeled();
    const auto supervised = cross_entropy(net_(x), y);
    const auto statistics = s.record_statistics(*net_);  // batch norm's, of the pass below alone
    const auto logits = net_(s.unlabeled());
    const auto [probability, label] = logits.detach().softmax(1).max(1);
    const auto sure = (probability >= options_.threshold).to(probability.dtype());  // [U], 0 or 1
    const auto unsupervised = (sure * cross_entropy(logits, label, Reduction::none)).mean();
    s.log("cross_entropy", supervised);
    s.log("sure", sure.mean());
    s.update(optimizer_, supervised + options_.weight * unsupervised);
  }

 private:
  Options options_;
  Network net_;
  Optimizer optimizer_;
};

}  // namespace

SSLHOST_METHOD(SureLabels, "sure-labels", "0.1.0", "Say in a line what it does (Author year)")
