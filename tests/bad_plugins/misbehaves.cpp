// SPDX-License-Identifier: Apache-2.0
// Entropy minimisation that breaks one promise, by its option `how`; with `well` it keeps them all.
#include <algorithm>
#include <limits>
#include <random>
#include <stdexcept>

#include <sys/stat.h>

#include <ATen/ops/full.h>
#include <ATen/ops/nan_to_num.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn_like.h>
#include <ATen/ops/zeros.h>

#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"

namespace {

using namespace sslhost;

enum class How {
  well,
  throws_in_some_settings,
  breaks_in_build,
  leaves_a_stream,
  writes_to_inputs,
  writes_unseen,
  drops_a_scope,
  changes_the_process,
  waits,
  forgets_the_device,
  mixes_devices,
  promises_too_much,
  forgets_a_parameter,
  diverges,
  ignores_labels,
  learns_nothing,
  ignores_unlabeled,
  draws_in_predict,
  predicts_by_batch,
  draws_from_hardware,
  counts_steps,
  ends_on_resume,
  swallows_nan,
  spreads_nan,
  leaks,
  aborts
};

/// A parameter beside the network.
class Extra final : public Module {
 public:
  Extra() : weight(register_parameter("weight", at::ones({3}))) {}
  Tensor weight;
};

class Misbehaves final : public Method {
 public:
  struct Options {
    TrainingOptions training;
    double weight = 0.3;
    int64_t depth = 2;
    How how = How::well;
  };

  static void describe(OptionList& list, Options& v) {
    list.group("", v.training);
    list.add("weight", v.weight, "factor of the entropy").at_least(0).at_most(1);
    list.add("depth", v.depth, "of nothing").at_least(1).at_most(6);
    list.choice("how", v.how,
                {{"well", How::well},
                 {"throws-in-some-settings", How::throws_in_some_settings},
                 {"breaks-in-build", How::breaks_in_build},
                 {"leaves-a-stream", How::leaves_a_stream},
                 {"writes-to-inputs", How::writes_to_inputs},
                 {"writes-unseen", How::writes_unseen},
                 {"drops-a-scope", How::drops_a_scope},
                 {"changes-the-process", How::changes_the_process},
                 {"waits", How::waits},
                 {"forgets-the-device", How::forgets_the_device},
                 {"mixes-devices", How::mixes_devices},
                 {"promises-too-much", How::promises_too_much},
                 {"forgets-a-parameter", How::forgets_a_parameter},
                 {"diverges", How::diverges},
                 {"ignores-labels", How::ignores_labels},
                 {"learns-nothing", How::learns_nothing},
                 {"ignores-unlabeled", How::ignores_unlabeled},
                 {"draws-in-predict", How::draws_in_predict},
                 {"predicts-by-batch", How::predicts_by_batch},
                 {"draws-from-hardware", How::draws_from_hardware},
                 {"counts-steps", How::counts_steps},
                 {"ends-on-resume", How::ends_on_resume},
                 {"swallows-nan", How::swallows_nan},
                 {"spreads-nan", How::spreads_nan},
                 {"leaks", How::leaks},
                 {"aborts", How::aborts}},
                "what it does wrong");
  }

  explicit Misbehaves(const Options& options) : options_(options), how_(options.how) {
    if (how_ == How::leaks) new Tensor(at::ones({100'000}));
  }

  std::vector<Phase> phases(const Task& task) const override {
    return {{.iterations = options_.training.iterations,
             .streams = {{.batch = std::min(options_.training.batch, task.labeled)},
                         {.pool = Pool::unlabeled, .batch = std::min<int64_t>(64, task.unlabeled)}},
             .static_step = how_ == How::well || how_ == How::promises_too_much}};
  }

  void build(Build& build) override {
    if (how_ == How::throws_in_some_settings && options_.depth > 4)
      throw std::runtime_error("too deep");
    if (how_ == How::breaks_in_build) throw std::out_of_range("no such layer");
    net_ = build.backbone("net");
    extra_ = build.module("extra", std::make_shared<Extra>());
    optimizer_ = build.optimizer("adam", {&*net_, &*extra_}, options_.training.optimizer);
  }

  void prepare(Begin& begin) override {
    if (how_ == How::ends_on_resume && begin.iteration() > 0) throw std::runtime_error("no state");
  }

  void step(Step& s) override {
    if (how_ == How::aborts && ++steps_ > 3) std::abort();
    const auto [x, y] = s.labeled();
    if (how_ == How::writes_to_inputs) x.add_(0.1);
    if (how_ == How::writes_unseen) x.data().add_(0.1);
    if (how_ == How::drops_a_scope) static_cast<void>(s.noise("masks"));
    if (how_ == How::changes_the_process) umask(0);
    const auto seen = how_ == How::swallows_nan ? at::nan_to_num(x) : x;
    const auto statistics = s.record_statistics(*net_);
    auto loss = supervised(s, net_(seen), y);
    if (how_ != How::leaves_a_stream) loss = loss + unsupervised(s.unlabeled());
    if (how_ != How::forgets_a_parameter) loss = loss + 1e-3 * extra_->weight.square().sum();
    if (how_ == How::diverges) loss = loss * std::numeric_limits<double>::infinity();
    if (how_ == How::learns_nothing) loss = extra_->weight.square().sum() + 0 * loss;
    if (how_ == How::counts_steps || how_ == How::promises_too_much)
      loss = loss * (1 + 0.1 * static_cast<double>(++steps_));
    if (how_ == How::draws_from_hardware)
      loss = loss * (1 + static_cast<double>(std::random_device()() % 1000) / 1000);
    s.update(optimizer_, loss);
    if (how_ == How::spreads_nan)
      const_cast<Tensor&>(extra_->weight).detach().add_(0 * x.mean().detach());
  }

  Tensor predict(const Tensor& images) override {
    auto logits = net_(images);
    if (how_ == How::draws_in_predict) logits = logits + 0.1 * at::randn_like(logits);
    if (how_ == How::predicts_by_batch) logits = logits - logits.mean(0, true);
    return logits;
  }

 private:
  Tensor supervised(Step& s, const Tensor& logits, const Tensor& y) {
    if (how_ == How::waits && logits.sum().item<float>() > 1e9) return logits.sum();
    if (how_ == How::forgets_the_device) s.log("zero", at::zeros({}));
    if (how_ == How::mixes_devices) return cross_entropy(logits * on_the_host_, y);
    return how_ == How::ignores_labels ? entropy(logits) : cross_entropy(logits, y);
  }
  Tensor unsupervised(const Tensor& u) {
    if (how_ == How::ignores_unlabeled) return 0 * u.mean();
    return options_.weight * entropy(net_(how_ == How::swallows_nan ? at::nan_to_num(u) : u));
  }

  Options options_;
  How how_;
  Network net_;
  std::shared_ptr<Extra> extra_;
  Optimizer optimizer_;
  int64_t steps_ = 0;
  const Tensor on_the_host_ = at::full({10}, 0.5, at::dtype(at::kFloat).device(at::kCPU));
};

}  // namespace

SSLHOST_METHOD(Misbehaves, "misbehaves", "1.0", "test material")
