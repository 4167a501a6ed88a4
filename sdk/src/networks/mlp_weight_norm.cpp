// SPDX-License-Identifier: Apache-2.0
// The MNIST classifier of T. Salimans et al., "Improved Techniques for Training GANs",
// arXiv:1606.03498v1, section 5.1, as in the authors' code: noise before every layer, scales of the
// hidden layers fixed after the initialization from data, v ~ N(0, 0.1²).
#include <ATen/ops/relu.h>

#include "sslhost/nn/weight_norm.hpp"

#include "family.hpp"
#include "initializer.hpp"

namespace sslhost::networks {

namespace {

constexpr double kInputNoise = 0.3, kHiddenNoise = 0.5;

/// A request for noise 0 turns it off everywhere; any other concerns the input.
class MlpWeightNorm final : public Backbone {
 public:
  MlpWeightNorm(const Wanted& wanted, const std::vector<int64_t>& widths) {
    const auto& request = wanted.request;
    const double hidden_noise = request.noise == 0 ? 0 : kHiddenNoise;
    width_ = wanted.task.inputs();
    noise_.push_back(register_module(
        "noise", std::make_shared<GaussianNoise>(request.noise < 0 ? kInputNoise : request.noise)));
    for (const auto width : widths) {
      const auto n = std::to_string(hidden_.size() + 1);
      hidden_.push_back(register_module(
          "linear" + n, std::make_shared<WeightNormLinear>(width_, width, /*train_scale=*/false)));
      if (request.dropout > 0)
        dropouts_.push_back(
            register_module("dropout" + n, std::make_shared<Dropout>(request.dropout)));
      noise_.push_back(register_module("noise" + n, std::make_shared<GaussianNoise>(hidden_noise)));
      width_ = width;
    }
    head_ =
        register_module("head", std::make_shared<WeightNormLinear>(width_, wanted.task.classes));
    const Initializer init(wanted.seed);
    for (size_t i = 0; i < hidden_.size(); ++i)
      init.normal(hidden_[i]->weight_v, "linear" + std::to_string(i + 1), 0, 0.1);
    init.normal(head_->weight_v, "head", 0, 0.1);
  }

  Tensor features(const Tensor& images) override {
    auto h = images.flatten(1);
    for (size_t i = 0; i < hidden_.size(); ++i) {
      h = at::relu(hidden_[i]->forward(noise_[i]->forward(h)));
      if (!dropouts_.empty()) h = dropouts_[i]->forward(h);
    }
    return h;
  }
  Tensor head(const Tensor& features) override {
    return head_->forward(noise_.back()->forward(features));
  }
  int64_t width() const override { return width_; }

 private:
  std::vector<std::shared_ptr<GaussianNoise>> noise_;  ///< one before each layer
  std::vector<std::shared_ptr<WeightNormLinear>> hidden_;
  std::vector<std::shared_ptr<Dropout>> dropouts_;
  std::shared_ptr<WeightNormLinear> head_;
  int64_t width_ = 0;
};

}  // namespace

Family mlp_weight_norm() {
  return {{"mlp-wn-1000-500-250-250-250"}, [](const Wanted& w) -> std::shared_ptr<Backbone> {
            const auto widths = widths_after("mlp-wn", w.name);
            if (widths.empty()) return nullptr;
            return std::make_shared<MlpWeightNorm>(w, widths);
          }};
}

}  // namespace sslhost::networks
