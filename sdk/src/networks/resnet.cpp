// SPDX-License-Identifier: Apache-2.0
// ResNet-18: K. He et al., arXiv:1512.03385v1, with torchvision's parameter names, shapes and
// initialization. `resnet-18` has its stem for photos (7×7 by 2, pool by 2), `resnet-18-cifar` a
// 3×3 one that keeps the size.
#include <cmath>

#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>

#include "sslhost/nn/batch_norm.hpp"

#include "conv2d.hpp"
#include "family.hpp"
#include "initializer.hpp"
#include "list.hpp"

namespace sslhost::networks {

namespace {

ConvShape conv3x3(int64_t stride) { return {.stride = stride, .padding = 1, .bias = false}; }

/// Two 3×3 convolutions and a shortcut.
class Block final : public Module {
 public:
  Block(int64_t in, int64_t out, int64_t stride) {
    conv1_ = register_module("conv1", std::make_shared<Conv2d>(in, out, conv3x3(stride)));
    bn1_ = register_module("bn1", std::make_shared<BatchNorm>(out));
    conv2_ = register_module("conv2", std::make_shared<Conv2d>(out, out, conv3x3(1)));
    bn2_ = register_module("bn2", std::make_shared<BatchNorm>(out));
    if (in == out && stride == 1) return;
    auto downsample = register_module("downsample", std::make_shared<List<Module>>());
    const ConvShape shape{.kernel = 1, .stride = stride, .bias = false};
    shortcut_ = std::make_shared<Conv2d>(in, out, shape);
    shortcut_bn_ = std::make_shared<BatchNorm>(out);
    downsample->add(shortcut_);
    downsample->add(shortcut_bn_);
  }

  Tensor forward(const Tensor& x) {
    auto h = at::relu(bn1_->forward(conv1_->forward(x)));
    h = bn2_->forward(conv2_->forward(h));
    return at::relu(h + (shortcut_ ? shortcut_bn_->forward(shortcut_->forward(x)) : x));
  }

 private:
  std::shared_ptr<Conv2d> conv1_, conv2_, shortcut_;
  std::shared_ptr<BatchNorm> bn1_, bn2_, shortcut_bn_;
};

class ResNet18 final : public Backbone {
 public:
  ResNet18(const Wanted& wanted, bool photos) : photos_(photos) {
    const auto& [name, task, request, seed] = wanted;
    if (request.noise > 0)
      noise_ = register_module("noise", std::make_shared<GaussianNoise>(request.noise));
    const ConvShape stem{.kernel = 7, .stride = 2, .padding = 3, .bias = false};
    conv1_ = register_module(
        "conv1", std::make_shared<Conv2d>(task.channels, 64, photos ? stem : conv3x3(1)));
    bn1_ = register_module("bn1", std::make_shared<BatchNorm>(64));
    int64_t in = 64;
    for (const int64_t out : {64, 128, 256, 512}) {
      auto stage = std::make_shared<List<Block>>();
      stage->add(std::make_shared<Block>(in, out, out == 64 ? 1 : 2));
      stage->add(std::make_shared<Block>(out, out, 1));
      stages_.push_back(register_module("layer" + std::to_string(stages_.size() + 1), stage));
      in = out;
    }
    if (request.dropout > 0)
      dropout_ = register_module("dropout", std::make_shared<Dropout>(request.dropout));
    fc_ = register_module("fc", std::make_shared<Linear>(kWidth, task.classes));
    initialize(Initializer(seed));
  }

  Tensor features(const Tensor& images) override {
    auto h = noise_ ? noise_->forward(images) : images;
    h = at::relu(bn1_->forward(conv1_->forward(channels_last(h))));
    if (photos_) h = at::max_pool2d(h, {3, 3}, {2, 2}, {1, 1});
    for (const auto& stage : stages_)
      for (const auto& block : stage->all()) h = block->forward(h);
    h = h.mean({2, 3});
    return dropout_ ? dropout_->forward(h) : h;
  }
  Tensor head(const Tensor& features) override { return fc_->forward(features); }
  int64_t width() const override { return kWidth; }

 private:
  static constexpr int64_t kWidth = 512;

  void initialize(const Initializer& init) {
    for (const auto& [name, tensor] : named_parameters())
      if (tensor.dim() == 4) init.kaiming_normal(tensor, name);
    const double bound = 1 / std::sqrt(static_cast<double>(kWidth));
    init.uniform(fc_->weight, "fc", bound);
    init.uniform(fc_->bias, "fc.bias", bound);
  }

  bool photos_;
  std::shared_ptr<GaussianNoise> noise_;
  std::shared_ptr<Conv2d> conv1_;
  std::shared_ptr<BatchNorm> bn1_;
  std::vector<std::shared_ptr<List<Block>>> stages_;
  std::shared_ptr<Dropout> dropout_;
  std::shared_ptr<Linear> fc_;
};

}  // namespace

Family resnet_18() {
  return {{"resnet-18", "resnet-18-cifar"},
          [](const Wanted& w) -> std::shared_ptr<Backbone> {
            if (w.name != "resnet-18" && w.name != "resnet-18-cifar") return nullptr;
            require_batch_norm(w);
            // Below, the last stages would see padding rather than images.
            require_images(w, w.name == "resnet-18" ? 32 : 8);
            return std::make_shared<ResNet18>(w, w.name == "resnet-18");
          },
          [](std::string_view name) {
            return name == "resnet-18" ? std::optional(imagenet_input(224, "fc")) : std::nullopt;
          }};
}

}  // namespace sslhost::networks
