// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/relu.h>

#include "sslhost/nn/batch_norm.hpp"

#include "conv2d.hpp"
#include "family.hpp"
#include "initializer.hpp"

namespace sslhost::networks {

namespace {

/// R2's network: twice conv 4×4 (padding 2), batch norm, ReLU, pool 2; FC 100, dropout 0.5, ReLU;
/// FC K. Conv and linear weights N(0, 0.02), biases 0.
class Cnn4x4 final : public Backbone {
 public:
  explicit Cnn4x4(const Wanted& wanted) {
    const auto& [name, task, request, seed] = wanted;
    const auto halved = [](int64_t size) { return ((size + 1) / 2 + 1) / 2; };
    const ConvShape shape{.kernel = 4, .padding = 2};
    conv1_ = register_module("conv1", std::make_shared<Conv2d>(task.channels, 32, shape));
    conv2_ = register_module("conv2", std::make_shared<Conv2d>(32, 64, shape));
    if (request.batch_norm) {
      norm1_ = register_module("norm1", std::make_shared<BatchNorm>(32));
      norm2_ = register_module("norm2", std::make_shared<BatchNorm>(64));
    }
    if (request.noise > 0)
      noise_ = register_module("noise", std::make_shared<GaussianNoise>(request.noise));
    fc_ = register_module(
        "fc", std::make_shared<Linear>(64 * halved(task.height) * halved(task.width), 100));
    dropout_ = register_module(
        "dropout", std::make_shared<Dropout>(request.dropout < 0 ? 0.5 : request.dropout));
    head_ = register_module("head", std::make_shared<Linear>(100, task.classes));

    const Initializer init(seed);
    init.normal(conv1_->weight, "conv1", 0, 0.02);
    init.normal(conv2_->weight, "conv2", 0, 0.02);
    init.normal(fc_->weight, "fc", 0, 0.02);
    init.normal(head_->weight, "head", 0, 0.02);
    Initializer::zero(fc_->bias);
    Initializer::zero(head_->bias);
  }

  Tensor features(const Tensor& images) override {
    auto h = channels_last(noise_ ? noise_->forward(images) : images);
    h = block(h, *conv1_, norm1_);
    h = block(h, *conv2_, norm2_);
    return at::relu(dropout_->forward(fc_->forward(h.flatten(1))));
  }
  Tensor head(const Tensor& features) override { return head_->forward(features); }
  int64_t width() const override { return 100; }

 private:
  static Tensor block(const Tensor& x, const Conv2d& conv, const std::shared_ptr<BatchNorm>& norm) {
    auto h = conv.forward(x);
    if (norm) h = norm->forward(h);
    return max_pool2x2(h, /*relu=*/true);
  }
  std::shared_ptr<GaussianNoise> noise_;
  std::shared_ptr<Conv2d> conv1_, conv2_;
  std::shared_ptr<BatchNorm> norm1_, norm2_;
  std::shared_ptr<Linear> fc_, head_;
  std::shared_ptr<Dropout> dropout_;
};

}  // namespace

Family cnn_4x4() {
  return {{"cnn-4x4"}, [](const Wanted& w) -> std::shared_ptr<Backbone> {
            if (w.name != "cnn-4x4") return nullptr;
            require_images(w, 2);
            return std::make_shared<Cnn4x4>(w);
          }};
}

}  // namespace sslhost::networks
