// SPDX-License-Identifier: Apache-2.0
// The baseline: cross entropy on the labeled batch, nothing else. The smallest complete method, and
// the file to copy.
#include <algorithm>

#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"
#include "sslhost/training/ranks.hpp"

namespace {

using namespace sslhost;

class Supervised final : public Method {
 public:
  struct Options {
    TrainingOptions training;
  };
  static void describe(OptionList& list, Options& v) { list.group("", v.training); }

  explicit Supervised(const Options& options) : options_(options) {}

  std::vector<Phase> phases(const Task& task) const override {
    const auto batch = std::min(options_.training.batch, task.labeled);
    return {{.iterations = options_.training.iterations,
             .streams = {{.pool = Pool::labeled, .batch = batch}},
             .static_step = true}};
  }

  void build(Build& build) override {
    net_ = build.backbone("net");
    build.predict_with(net_);
    optimizer_ = build.optimizer("adam", {&*net_}, options_.training.optimizer);
  }

  void step(Step& s) override {
    const auto [x, y] = s.labeled();  // [B,C,H,W], [B]
    const auto statistics = s.record_statistics(*net_);
    s.update(optimizer_, cross_entropy(net_(x), y), "cross_entropy");
  }

  const void* ability(std::string_view id) override { return id == kSlicedStep ? this : nullptr; }

 private:
  Options options_;
  Network net_;
  Optimizer optimizer_;
};

}  // namespace

SSLHOST_METHOD(Supervised, "supervised", "0.2.0",
               "Supervised baseline: cross entropy on the labeled samples alone")
