// SPDX-License-Identifier: Apache-2.0
// Entropy minimisation: Y. Grandvalet, Y. Bengio, "Semi-supervised Learning by Entropy
// Minimization", NIPS 2004.
#include <algorithm>

#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"

namespace {

using namespace sslhost;

class Entropy final : public Method {
 public:
  struct Options {
    TrainingOptions training;
    int64_t unlabeled_batch = 128;
    double weight = 0.3;
  };

  static void describe(OptionList& list, Options& v) {
    list.group("", v.training);
    list.add("unlabeled_batch", v.unlabeled_batch, "unlabeled samples in a batch").at_least(1);
    list.add("weight", v.weight, "factor of the entropy").at_least(0).source("eq. 6, lambda");
  }

  explicit Entropy(const Options& options) : options_(options) {}

  std::vector<Phase> phases(const Task& task) const override {
    const auto labeled = std::min(options_.training.batch, task.labeled);
    const auto unlabeled = std::min(options_.unlabeled_batch, task.unlabeled);
    return {{.iterations = options_.training.iterations,
             .streams = {{.pool = Pool::labeled, .batch = labeled},
                         {.pool = Pool::unlabeled, .batch = unlabeled}}}};
  }

  void build(Build& build) override {
    net_ = build.backbone("net");
    build.predict_with(net_);
    optimizer_ = build.optimizer("adam", {&*net_}, options_.training.optimizer);
  }

  void step(Step& s) override {
    const auto [x, y] = s.labeled();  // [B,C,H,W], [B]
    const auto u = s.unlabeled();     // [U,C,H,W]
    const auto supervised = cross_entropy(net_(x), y);
    const auto statistics = s.record_statistics(*net_);  // of the pass below, and of no other
    const auto unsure = entropy(net_(u));
    s.log("cross_entropy", supervised);
    s.log("entropy", unsure);
    s.update(optimizer_, supervised + options_.weight * unsure);
  }

 private:
  Options options_;
  Network net_;
  Optimizer optimizer_;
};

}  // namespace

SSLHOST_METHOD(Entropy, "entropy", "0.2.0", "Entropy minimisation (Grandvalet & Bengio 2004)")
