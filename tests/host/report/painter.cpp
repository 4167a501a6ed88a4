// SPDX-License-Identifier: Apache-2.0
// A baseline with figures, good ones and bad ones.
#include <limits>

#include <ATen/ops/linspace.h>

#include "sslhost/figures.hpp"
#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"

namespace {

using namespace sslhost;

class Painter final : public Method, public Figures {
 public:
  struct Options {
    int64_t iterations = 20;
    bool nan = false;
  };
  static void describe(OptionList& list, Options& v) {
    list.add("iterations", v.iterations, "iterations").at_least(1);
    list.add("nan", v.nan, "draw what cannot be drawn");
  }
  explicit Painter(const Options& options) : o_(options) {}

  std::vector<Phase> phases(const Task&) const override {
    return {{.iterations = o_.iterations, .streams = {{.batch = 10}}}};
  }
  void build(Build& build) override {
    net_ = build.backbone("net");
    adam_ = build.optimizer("adam", {&*net_}, {.learning_rate = 0.01});
  }
  void step(Step& s) override {
    const auto statistics = s.record_statistics(*net_);
    const auto [images, labels] = s.labeled();
    s.update(adam_, cross_entropy(net_(images), labels));
  }
  Tensor predict(const Tensor& images) override { return net_(images); }
  const void* ability(std::string_view id) override {
    return id == Figures::kAbility ? static_cast<Figures*>(this) : nullptr;
  }
  std::vector<Figure> figures(const Tensor& images) override {
    auto inverted = 1 - images;
    if (o_.nan) inverted[0].fill_(std::numeric_limits<double>::quiet_NaN());
    return {{"inverted", "Test images, black for white.", inverted},
            {"logits", "Two logits of them.", net_(images).narrow(1, 0, 2)}};
  }

 private:
  Options o_;
  Network net_;
  Optimizer adam_;
};

}  // namespace

SSLHOST_METHOD(Painter, "painter", "1.0", "test material")
