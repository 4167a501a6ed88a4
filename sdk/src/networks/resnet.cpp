// SPDX-License-Identifier: Apache-2.0
// Residual networks: K. He et al., arXiv:1512.03385v1, with torchvision's parameter names, shapes
// and initialization. Their stem is for photos (7×7 by 2, pool by 2); that of `resnet-18-cifar` is
// a 3×3 that keeps the size.
#include <array>
#include <cmath>

#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>

#include "sslhost/nn/batch_norm.hpp"
#include "sslhost/nn/feature_map.hpp"

#include "conv2d.hpp"
#include "family.hpp"
#include "foldable.hpp"
#include "initializer.hpp"
#include "list.hpp"

namespace sslhost::networks {

namespace {

ConvShape conv3x3(int64_t stride) { return {.stride = stride, .padding = 1, .bias = false}; }

ConvShape conv1x1(int64_t stride) { return {.kernel = 1, .stride = stride, .bias = false}; }

/// Layers with a shortcut around them.
class Block : public Module {
 public:
  virtual Tensor forward(const Tensor& x) = 0;
  /// Each layer with what comes behind it.
  virtual inference::ResidualBlockWeights folded() const = 0;

 protected:
  /// The shortcut is a convolution of its own where the shape changes. Called last: the parameters
  /// of the shortcut come after those of the layers.
  void add_shortcut(int64_t in, int64_t out, int64_t stride) {
    if (in == out && stride == 1) return;
    auto downsample = register_module("downsample", std::make_shared<List<Module>>());
    shortcut_ = std::make_shared<Conv2d>(in, out, conv1x1(stride));
    shortcut_bn_ = std::make_shared<BatchNorm>(out);
    downsample->add(shortcut_);
    downsample->add(shortcut_bn_);
  }
  Tensor joined(const Tensor& h, const Tensor& x) {
    return at::relu(h + (shortcut_ ? shortcut_bn_->forward(shortcut_->forward(x)) : x));
  }
  std::vector<inference::ConvolutionWeights> folded_shortcut() const {
    if (!shortcut_) return {};
    return {networks::folded(*shortcut_, *shortcut_bn_, kAnyNumber)};
  }

 private:
  std::shared_ptr<Conv2d> shortcut_;
  std::shared_ptr<BatchNorm> shortcut_bn_;
};

/// Two 3×3 convolutions.
class Basic final : public Block {
 public:
  Basic(int64_t in, int64_t out, int64_t stride) {
    conv1_ = register_module("conv1", std::make_shared<Conv2d>(in, out, conv3x3(stride)));
    bn1_ = register_module("bn1", std::make_shared<BatchNorm>(out));
    conv2_ = register_module("conv2", std::make_shared<Conv2d>(out, out, conv3x3(1)));
    bn2_ = register_module("bn2", std::make_shared<BatchNorm>(out));
    add_shortcut(in, out, stride);
  }

  Tensor forward(const Tensor& x) override {
    const auto h = bn1_->forward_relu(conv1_->forward(x));
    return joined(bn2_->forward(conv2_->forward(h)), x);
  }
  inference::ResidualBlockWeights folded() const override {
    return {{networks::folded(*conv1_, *bn1_, kReLU), networks::folded(*conv2_, *bn2_, kReLU)},
            folded_shortcut()};
  }

 private:
  std::shared_ptr<Conv2d> conv1_, conv2_;
  std::shared_ptr<BatchNorm> bn1_, bn2_;
};

/// 1×1, 3×3 and 1×1 to four times as many channels. The stride is the 3×3's, as in torchvision; in
/// the paper it is the first 1×1's.
class Bottleneck final : public Block {
 public:
  Bottleneck(int64_t in, int64_t out, int64_t stride) {
    const int64_t inner = out / 4;
    conv1_ = register_module("conv1", std::make_shared<Conv2d>(in, inner, conv1x1(1)));
    bn1_ = register_module("bn1", std::make_shared<BatchNorm>(inner));
    conv2_ = register_module("conv2", std::make_shared<Conv2d>(inner, inner, conv3x3(stride)));
    bn2_ = register_module("bn2", std::make_shared<BatchNorm>(inner));
    conv3_ = register_module("conv3", std::make_shared<Conv2d>(inner, out, conv1x1(1)));
    bn3_ = register_module("bn3", std::make_shared<BatchNorm>(out));
    add_shortcut(in, out, stride);
  }

  Tensor forward(const Tensor& x) override {
    auto h = bn1_->forward_relu(conv1_->forward(x));
    h = bn2_->forward_relu(conv2_->forward(h));
    return joined(bn3_->forward(conv3_->forward(h)), x);
  }
  inference::ResidualBlockWeights folded() const override {
    return {{networks::folded(*conv1_, *bn1_, kReLU), networks::folded(*conv2_, *bn2_, kReLU),
             networks::folded(*conv3_, *bn3_, kReLU)},
            folded_shortcut()};
  }

 private:
  std::shared_ptr<Conv2d> conv1_, conv2_, conv3_;
  std::shared_ptr<BatchNorm> bn1_, bn2_, bn3_;
};

struct Design {
  std::string_view name;
  std::array<int64_t, 4> blocks;
  bool bottleneck, photos;
};

constexpr Design kDesigns[] = {{"resnet-18", {2, 2, 2, 2}, false, true},
                               {"resnet-18-cifar", {2, 2, 2, 2}, false, false},
                               {"resnet-34", {3, 4, 6, 3}, false, true},
                               {"resnet-50", {3, 4, 6, 3}, true, true}};

class ResNet final : public Backbone, public FeatureMap, public Foldable {
 public:
  ResNet(const Wanted& wanted, const Design& design) : photos_(design.photos) {
    const auto& [name, task, request, seed] = wanted;
    if (request.noise > 0)
      noise_ = register_module("noise", std::make_shared<GaussianNoise>(request.noise));
    const ConvShape stem{.kernel = 7, .stride = 2, .padding = 3, .bias = false};
    conv1_ = register_module(
        "conv1", std::make_shared<Conv2d>(task.channels, 64, photos_ ? stem : conv3x3(1)));
    bn1_ = register_module("bn1", std::make_shared<BatchNorm>(64));
    width_ = 64;
    for (size_t i = 0; i < design.blocks.size(); ++i)
      add_stage(design.blocks[i], (64 << i) * (design.bottleneck ? 4 : 1), i == 0 ? 1 : 2,
                design.bottleneck);
    if (request.dropout > 0)
      dropout_ = register_module("dropout", std::make_shared<Dropout>(request.dropout));
    fc_ = register_module("fc", std::make_shared<Linear>(width_, task.classes));
    initialize(Initializer(seed));
  }

  Tensor feature_map(const Tensor& images) override {
    auto h = noise_ ? noise_->forward(images) : images;
    h = bn1_->forward_relu(conv1_->forward(channels_last(h)));
    if (photos_) h = at::max_pool2d(h, {3, 3}, {2, 2}, {1, 1});
    for (const auto& stage : stages_)
      for (const auto& block : stage->all()) h = block->forward(h);
    return h;
  }
  Tensor features(const Tensor& images) override {
    const auto h = feature_map(images).mean({2, 3});
    return dropout_ ? dropout_->forward(h) : h;
  }
  Tensor head(const Tensor& features) override { return fc_->forward(features); }
  int64_t width() const override { return width_; }

  std::unique_ptr<const Inference> folded() const override {
    inference::ResidualWeights weights = {networks::folded(*conv1_, *bn1_, kReLU), photos_, {}};
    weights.stem.weights = networks::folded(conv1_->weight, *bn1_, kReLU);  // in the image's order
    for (const auto& stage : stages_)
      for (const auto& block : stage->all()) weights.blocks.push_back(block->folded());
    return residual_inference(weights);
  }

 private:
  void add_stage(int64_t blocks, int64_t out, int64_t stride, bool bottleneck) {
    auto stage = std::make_shared<List<Block>>();
    for (int64_t i = 0; i < blocks; ++i) {
      const int64_t by = i == 0 ? stride : 1;
      if (bottleneck)
        stage->add(std::make_shared<Bottleneck>(width_, out, by));
      else
        stage->add(std::make_shared<Basic>(width_, out, by));
      width_ = out;
    }
    stages_.push_back(register_module("layer" + std::to_string(stages_.size() + 1), stage));
  }

  void initialize(const Initializer& init) {
    for (const auto& [name, tensor] : named_parameters())
      if (tensor.dim() == 4) init.kaiming_normal(tensor, name);
    const double bound = 1 / std::sqrt(static_cast<double>(width_));
    init.uniform(fc_->weight, "fc", bound);
    init.uniform(fc_->bias, "fc.bias", bound);
  }

  bool photos_;
  int64_t width_ = 0;
  std::shared_ptr<GaussianNoise> noise_;
  std::shared_ptr<Conv2d> conv1_;
  std::shared_ptr<BatchNorm> bn1_;
  std::vector<std::shared_ptr<List<Block>>> stages_;
  std::shared_ptr<Dropout> dropout_;
  std::shared_ptr<Linear> fc_;
};

}  // namespace

Family resnet() {
  return {names_of(kDesigns),
          [](const Wanted& w) -> std::shared_ptr<Backbone> {
            const auto* design = find_named(kDesigns, w.name);
            if (!design) return nullptr;
            require_batch_norm(w);
            // Below, the last stages would see padding rather than images.
            require_images(w, design->photos ? 32 : 8);
            return std::make_shared<ResNet>(w, *design);
          },
          [](std::string_view name) {
            const auto* design = find_named(kDesigns, name);
            return design && design->photos ? std::optional(imagenet_input(224, "fc"))
                                            : std::nullopt;
          }};
}

}  // namespace sslhost::networks
