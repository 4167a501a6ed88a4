// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/relu.h>

#include "sslhost/nn/batch_norm.hpp"

#include "family.hpp"
#include "initializer.hpp"

namespace sslhost::networks {

namespace {

/// Widths w1-w2-...: Linear, [batch norm,] ReLU[, dropout] each; then Linear to K. Without widths
/// it is `linear`. RECIPES: mlp-1200-1200, mlp-256-256.
class Mlp final : public Backbone {
 public:
  Mlp(const Task& task, const std::vector<int64_t>& widths, const NetworkRequest& request,
      uint64_t seed) {
    const Initializer init(seed);
    width_ = task.inputs();
    if (request.noise > 0)
      noise_ = register_module("noise", std::make_shared<GaussianNoise>(request.noise));
    for (const auto width : widths) {
      const auto n = std::to_string(linears_.size() + 1);
      linears_.push_back(register_module("linear" + n, std::make_shared<Linear>(width_, width)));
      if (request.batch_norm)
        norms_.push_back(register_module("norm" + n, std::make_shared<BatchNorm>(width)));
      if (request.dropout > 0)
        dropouts_.push_back(
            register_module("dropout" + n, std::make_shared<Dropout>(request.dropout)));
      init.glorot_uniform(linears_.back()->weight, "linear" + n);
      Initializer::zero(linears_.back()->bias);
      width_ = width;
    }
    head_ = register_module("head", std::make_shared<Linear>(width_, task.classes));
    init.glorot_uniform(head_->weight, "head");
    Initializer::zero(head_->bias);
  }

  Tensor features(const Tensor& images) override {
    auto h = images.flatten(1);
    if (noise_) h = noise_->forward(h);
    for (size_t i = 0; i < linears_.size(); ++i) {
      h = linears_[i]->forward(h);
      h = norms_.empty() ? at::relu(h) : norms_[i]->forward_relu(h);
      if (!dropouts_.empty()) h = dropouts_[i]->forward(h);
    }
    return h;
  }
  Tensor head(const Tensor& features) override { return head_->forward(features); }
  int64_t width() const override { return width_; }

 private:
  std::shared_ptr<GaussianNoise> noise_;
  std::vector<std::shared_ptr<Linear>> linears_;
  std::vector<std::shared_ptr<BatchNorm>> norms_;
  std::vector<std::shared_ptr<Dropout>> dropouts_;
  std::shared_ptr<Linear> head_;
  int64_t width_ = 0;
};

}  // namespace

Family mlp() {
  return {{"mlp-256-256", "mlp-1200-1200", "mlp-plain-64-64", "linear"},
          [](const Wanted& w) -> std::shared_ptr<Backbone> {
            auto request = w.request;
            auto widths = widths_after("mlp", w.name);
            if (widths.empty()) {
              widths = widths_after("mlp-plain", w.name);
              request.batch_norm = false;
            }
            if (widths.empty() && w.name != "linear") return nullptr;
            return std::make_shared<Mlp>(w.task, widths, request, w.seed);
          }};
}

}  // namespace sslhost::networks
