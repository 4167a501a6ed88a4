// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/relu.h>

#include "conv2d.hpp"
#include "family.hpp"
#include "initializer.hpp"

namespace sslhost::networks {

namespace {

/// R4's network: conv 3×3×32, ReLU, conv 3×3×32, ReLU, pool 2[, dropout p/2]; FC 128, ReLU[,
/// dropout p]; FC K. No padding; Glorot uniform weights, biases 0. p is 0.5 in cnn-3x3-dropout.
class Cnn3x3 final : public Backbone {
 public:
  Cnn3x3(const Wanted& wanted, double dropout) {
    const auto& [name, task, request, seed] = wanted;
    const auto pooled = [](int64_t size) { return (size - 4) / 2; };
    if (request.noise > 0)
      noise_ = register_module("noise", std::make_shared<GaussianNoise>(request.noise));
    conv1_ = register_module("conv1", std::make_shared<Conv2d>(task.channels, 32, ConvShape{}));
    conv2_ = register_module("conv2", std::make_shared<Conv2d>(32, 32, ConvShape{}));
    dropout1_ = register_module("dropout1", std::make_shared<Dropout>(dropout / 2));
    const auto inputs = 32 * pooled(task.height) * pooled(task.width);
    fc_ = register_module("fc", std::make_shared<Linear>(inputs, kWidth));
    dropout2_ = register_module("dropout2", std::make_shared<Dropout>(dropout));
    head_ = register_module("head", std::make_shared<Linear>(kWidth, task.classes));

    const Initializer init(seed);
    init.glorot_uniform(conv1_->weight, "conv1");
    init.glorot_uniform(conv2_->weight, "conv2");
    init.glorot_uniform(fc_->weight, "fc");
    init.glorot_uniform(head_->weight, "head");
    Initializer::zero(fc_->bias);
    Initializer::zero(head_->bias);
  }

  Tensor features(const Tensor& images) override {
    auto h = channels_last(noise_ ? noise_->forward(images) : images);
    h = at::relu(conv1_->forward(h));
    h = max_pool2x2(conv2_->forward(h), /*relu=*/true);
    h = fc_->forward(dropout1_->forward(h).flatten(1));
    return dropout2_->forward(at::relu(h));
  }
  Tensor head(const Tensor& features) override { return head_->forward(features); }
  int64_t width() const override { return kWidth; }

 private:
  static constexpr int64_t kWidth = 128;
  std::shared_ptr<GaussianNoise> noise_;
  std::shared_ptr<Conv2d> conv1_, conv2_;
  std::shared_ptr<Dropout> dropout1_, dropout2_;
  std::shared_ptr<Linear> fc_, head_;
};

}  // namespace

Family cnn_3x3() {
  return {{"cnn-3x3", "cnn-3x3-dropout"}, [](const Wanted& w) -> std::shared_ptr<Backbone> {
            if (w.name != "cnn-3x3" && w.name != "cnn-3x3-dropout") return nullptr;
            require_images(w, 6);
            const double own = w.name == "cnn-3x3" ? 0 : 0.5;
            return std::make_shared<Cnn3x3>(w, w.request.dropout < 0 ? own : w.request.dropout);
          }};
}

}  // namespace sslhost::networks
