// SPDX-License-Identifier: Apache-2.0
// A method of the stable tier that fails in its step, by its option `how`.
#include <stdexcept>

#include "sslhost/stable.hpp"

namespace {

using namespace sslhost::stable;

class StableFails final : public Method {
 public:
  struct Options {
    int64_t how = 0;  ///< 1 throws, 2 asks for what it did not declare, 3 multiplies what does not
                      ///< fit, 4 updates an optimizer that it did not make, 5 throws no words,
                      ///< 6 adds integers
  };
  static void describe(OptionList& list, Options& v) {
    list.add("how", v.how, "what it does wrong", {.at_least = 0, .at_most = 6});
  }
  StableFails(const Options& options, Training training) : o_(options), training_(training) {}

  std::vector<Phase> phases(const Task& task) const override {
    return {{.iterations = training_.iterations,
             .streams = {{.batch = std::min(training_.batch, task.labeled)}}}};
  }
  void build(Build& build) override {
    net_ = build.backbone("net");
    build.predict_with(net_);
    optimizer_ = build.optimizer("adam", net_);
    seen_ = build.state("seen", zero());
  }
  void step(Step& s) override {
    const auto [x, y] = s.labeled();
    const auto loss = cross_entropy(s.pass(net_, x, {.record_statistics = true}), y);
    if (o_.how == 1) throw std::runtime_error("my own words");
    if (o_.how == 5) throw std::runtime_error("");
    if (o_.how == 6) y + y;
    if (o_.how == 2) s.unlabeled();
    if (o_.how == 3) call("aten::mm", "", x, x);
    torch::stable::copy_(seen_, seen_ + 1);
    s.update(o_.how == 4 ? Optimizer{7} : optimizer_, loss);
  }

 private:
  static Tensor zero() { return torch::stable::full({1}, 0.0); }
  Options o_;
  Training training_;
  Network net_;
  Optimizer optimizer_;
  Tensor seen_;
};

}  // namespace

SSLHOST_STABLE_METHOD(StableFails, "stable-fails", "0.1.0", "test material")
