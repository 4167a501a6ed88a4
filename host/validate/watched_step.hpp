// SPDX-License-Identifier: Apache-2.0
#pragma once

// The host's Step, with a look at what goes through it.

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sslhost/step.hpp"

namespace sslhost::host {

/// Passes every call on to the host's Step.
class WatchedStep final : public Step {
 public:
  explicit WatchedStep(Step& host) : host_(host) {}
  Labeled labeled(Pick pick) override;
  Tensor unlabeled(Pick pick) override;
  Tensor index(Pick pick) override;
  void update(Optimizer o, const Tensor& loss, std::string_view term) override {
    host_.update(o, loss, term);
  }
  void update(std::initializer_list<std::pair<Optimizer, Tensor>> losses) override {
    host_.update(losses);
  }
  void update_with(Optimizer o, const std::vector<Tensor>& gradients,
                   std::string_view term) override {
    host_.update_with(o, gradients, term);
  }
  void log(std::string_view name, const Tensor& value) override { host_.log(name, value); }
  void log_accuracy(std::string_view name, const Tensor& classes, const Tensor& index,
                    const Tensor& mask) override {
    host_.log_accuracy(name, classes, index, mask);
  }
  Tensor normal(std::string_view name, IntArrayRef shape) override {
    return host_.normal(name, shape);
  }
  Tensor uniform(std::string_view name, IntArrayRef shape) override {
    return host_.uniform(name, shape);
  }
  Tensor bernoulli(std::string_view name, double p, IntArrayRef shape) override {
    return host_.bernoulli(name, p, shape);
  }
  Tensor beta(std::string_view name, double a, double b, IntArrayRef shape) override {
    return host_.beta(name, a, b, shape);
  }
  Tensor permutation(std::string_view name, int64_t n) override {
    return host_.permutation(name, n);
  }
  Tensor iteration() const override { return host_.iteration(); }
  Tensor progress() const override { return host_.progress(); }
  std::string_view phase() const override { return host_.phase(); }
  NoiseScope noise(std::string_view name, bool on) override { return host_.noise(name, on); }
  StatisticsScope record_statistics(ModuleRef module, bool on) override {
    return host_.record_statistics(module, on);
  }
  EvaluationScope evaluate(ModuleRef module) override { return host_.evaluate(module); }

  /// What the method gets instead of a stream's unlabeled, or labeled, images.
  using Replace = std::function<Tensor(const std::string& stream, const Tensor& images)>;
  Replace replace, replace_labeled;
  /// Streams that were asked for, as they were named: empty is the only one of its pool.
  std::set<std::pair<Pool, std::string>> asked;
  /// The first batch that is no longer what was given; empty: none.
  std::string written() const;

 private:
  struct Given {
    std::string name;
    Tensor tensor, copy;
  };
  void note(std::string name, const Tensor& tensor);

  Step& host_;
  std::vector<Given> given_;
};

}  // namespace sslhost::host
