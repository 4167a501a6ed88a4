// SPDX-License-Identifier: Apache-2.0
#include "networks.hpp"

#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>
#include <torch/nn/modules/conv.h>

namespace autoencoder_transfer {

namespace {

Tensor finished(const Tensor& pixels, Output output) {
  return output == Output::sigmoid ? at::sigmoid(pixels) : pixels;
}

Tensor pooled(const Tensor& x) { return at::max_pool2d(x, {2, 2}); }

/// The features of --model; back through one hidden layer as wide as they are.
class ModelDecoder final : public torch::nn::Module {
 public:
  ModelDecoder(int64_t width, int64_t inputs) {
    hidden_ = register_module("hidden", std::make_shared<sslhost::Linear>(width, width));
    last_ = register_module("last", std::make_shared<sslhost::Linear>(width, inputs));
  }
  Tensor operator()(const Tensor& features) const {
    return last_->forward(at::relu(hidden_->forward(features)));
  }

 private:
  std::shared_ptr<sslhost::Linear> hidden_, last_;
};

class ModelAutoencoder final : public Autoencoder {
 public:
  ModelAutoencoder(const Options& o, sslhost::Build& build)
      : output_(o.output), net_(build.backbone("encoder")) {
    back_ = build.module("decoder",
                         std::make_shared<ModelDecoder>(net_->width(), build.task().inputs()));
    encoder_ = net_.ptr();
    decoder_ = back_;
  }
  Tensor reconstruct(const Tensor& images) override {
    return finished((*back_)(net_->features(images)).view(images.sizes()), output_);
  }
  Tensor features(const Tensor& images) override { return net_->features(images); }
  int64_t width() const override { return net_->width(); }

 private:
  Output output_;
  sslhost::Network net_;
  std::shared_ptr<ModelDecoder> back_;
};

/// C→w→c, each 3×3, ReLU, pool 2. ReLU and the maximum commute; pooled first, it is a quarter of
/// the work.
class ConvEncoder final : public torch::nn::Module {
 public:
  ConvEncoder(int64_t channels, int64_t width, int64_t code) {
    const auto conv = [](int64_t in, int64_t out) {
      return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 3).padding(1));
    };
    conv1_ = register_module("conv1", conv(channels, width));
    conv2_ = register_module("conv2", conv(width, code));
  }
  /// [N,C,H,W] -> [N,c,H/4,W/4]
  Tensor code(const Tensor& x) {
    return at::relu(pooled(conv2_->forward(at::relu(pooled(conv1_->forward(x))))));
  }
  /// [N,C,H,W] -> [N,c,H/2,W/2]
  Tensor early(const Tensor& x) { return pooled(conv2_->forward(conv1_->forward(x))); }

 private:
  torch::nn::Conv2d conv1_ = nullptr, conv2_ = nullptr;
};

/// c→w→C, each transposed 2×2 with stride 2, ReLU between.
class ConvDecoder final : public torch::nn::Module {
 public:
  ConvDecoder(int64_t code, int64_t width, int64_t channels) {
    const auto conv = [](int64_t in, int64_t out) {
      return torch::nn::ConvTranspose2d(torch::nn::ConvTranspose2dOptions(in, out, 2).stride(2));
    };
    conv1_ = register_module("conv1", conv(code, width));
    conv2_ = register_module("conv2", conv(width, channels));
  }
  Tensor operator()(const Tensor& code) { return conv2_->forward(at::relu(conv1_->forward(code))); }

 private:
  torch::nn::ConvTranspose2d conv1_ = nullptr, conv2_ = nullptr;
};

class ConvAutoencoder final : public Autoencoder {
 public:
  ConvAutoencoder(const Options& o, sslhost::Build& build)
      : early_(o.features == Features::early), output_(o.output) {
    const auto& task = build.task();
    if (task.height % 4 != 0 || task.width % 4 != 0)
      build.problem("encoder", "conv needs height and width in multiples of 4, found " +
                                   std::to_string(task.height) + "x" + std::to_string(task.width));
    in_ = build.module(
        "encoder", std::make_shared<ConvEncoder>(task.channels, o.encoder_width, o.code_channels));
    back_ = build.module(
        "decoder", std::make_shared<ConvDecoder>(o.code_channels, o.encoder_width, task.channels));
    const int64_t reduced = early_ ? 2 : 4;
    width_ =
        std::max<int64_t>(1, o.code_channels * (task.height / reduced) * (task.width / reduced));
    encoder_ = in_;
    decoder_ = back_;
  }
  Tensor reconstruct(const Tensor& images) override {
    return finished((*back_)(in_->code(images)), output_);
  }
  Tensor features(const Tensor& images) override {
    return (early_ ? in_->early(images) : in_->code(images)).flatten(1);
  }
  int64_t width() const override { return width_; }

 private:
  bool early_;
  Output output_;
  int64_t width_ = 0;
  std::shared_ptr<ConvEncoder> in_;
  std::shared_ptr<ConvDecoder> back_;
};

}  // namespace

std::unique_ptr<Autoencoder> make_autoencoder(const Options& options, sslhost::Build& build) {
  if (options.encoder == Encoder::conv) return std::make_unique<ConvAutoencoder>(options, build);
  return std::make_unique<ModelAutoencoder>(options, build);
}

Classifier::Classifier(int64_t inputs, const std::vector<int64_t>& widths, double dropout,
                       int64_t classes) {
  for (size_t i = 0; i < widths.size(); ++i) {
    const auto n = std::to_string(i + 1);
    hidden_.push_back(
        register_module("hidden" + n, std::make_shared<sslhost::Linear>(inputs, widths[i])));
    if (dropout > 0)
      dropouts_.push_back(
          register_module("dropout" + n, std::make_shared<sslhost::Dropout>(dropout)));
    inputs = widths[i];
  }
  last_ = register_module("last", std::make_shared<sslhost::Linear>(inputs, classes));
}

Tensor Classifier::operator()(const Tensor& features) const {
  auto h = features;
  for (size_t i = 0; i < hidden_.size(); ++i) {
    h = at::relu(hidden_[i]->forward(h));
    if (!dropouts_.empty()) h = dropouts_[i]->forward(h);
  }
  return last_->forward(h);
}

}  // namespace autoencoder_transfer
