// SPDX-License-Identifier: Apache-2.0
// Virtual adversarial training (T. Miyato et al., arXiv:1704.03976v2) in the stable tier: one
// binary for every LibTorch from 2.10 on. What plugins/vat computes with an absolute radius,
// operator by operator. Equation numbers are the paper's.
#include "sslhost/stable.hpp"

namespace {

using namespace sslhost::stable;

class StableVat final : public Method {
 public:
  struct Options {
    int64_t unlabeled_batch = 128;
    double xi = 1;
    double epsilon = 0.5;
    double weight = 1;
    int64_t power_iterations = 1;
  };

  static void describe(OptionList& list, Options& v) {
    list.add("unlabeled_batch", v.unlabeled_batch, "unlabeled samples in a batch", {.at_least = 1});
    list.add("xi", v.xi, "length of the trial step", {.above = 0, .source = "eq. 12"});
    list.add("epsilon", v.epsilon, "length of the perturbation",
             {.at_least = 0, .source = "eq. 5"});
    list.add("weight", v.weight, "factor of the VAT loss", {.at_least = 0, .source = "eq. 8"});
    list.add("power_iterations", v.power_iterations, "power iterations", {.at_least = 1});
  }

  StableVat(const Options& options, Training training) : o_(options), training_(training) {}

  std::vector<Phase> phases(const Task& task) const override {
    return {
        {.iterations = training_.iterations,
         .streams = {{.batch = std::min(training_.batch, task.labeled)},
                     {.unlabeled = true, .batch = std::min(o_.unlabeled_batch, task.unlabeled)}}}};
  }

  void build(Build& build) override {
    net_ = build.backbone("net");
    build.predict_with(net_);
    optimizer_ = build.optimizer("adam", net_);
  }

  void step(Step& s) override {
    const auto [x, y] = s.labeled();
    const auto supervised = cross_entropy(s.pass(net_, x), y);
    s.log("cross_entropy", supervised);
    const auto u = s.unlabeled();
    const auto clean = clean_logits(s, u);
    const auto adversarial = u + o_.epsilon * direction(s, u, clean);  // eq. 11
    const auto vat = kl_divergence(clean, s.pass(net_, adversarial, {.noise = "vat"}));
    s.log("vat", vat);
    s.update(optimizer_, supervised + o_.weight * vat);  // eq. 8
  }

 private:
  Tensor clean_logits(Step& s, const Tensor& u) const {
    const NoGradient constant;
    return s.pass(net_, u, {.record_statistics = true, .noise = "vat"});
  }

  /// The direction in which predictions change most (algorithm 1).
  Tensor direction(Step& s, const Tensor& u, const Tensor& clean) const {
    const std::vector<int64_t> shape(u.sizes().begin(), u.sizes().end());
    auto d = unit_norm(s.normal("direction", shape));
    for (int64_t k = 0; k < o_.power_iterations; ++k) {
      d.set_requires_grad(true);
      const auto divergence = kl_divergence(clean, s.pass(net_, u + o_.xi * d, {.noise = "vat"}));
      d = unit_norm(gradients(divergence, {d})[0]);
    }
    return d;
  }

  Options o_;
  Training training_;
  Network net_;
  Optimizer optimizer_;
};

}  // namespace

SSLHOST_STABLE_METHOD(StableVat, "stable-vat", "0.1.0", "Virtual adversarial training, stable tier")
