// SPDX-License-Identifier: Apache-2.0
// EfficientNet-Lite 0 to 2 (TensorFlow's TPU models, efficientnet/lite, 2020): M. Tan, Q. Le,
// arXiv:1905.11946v5, without squeeze-and-excitation, with ReLU6, and with stem and head the same
// for all. Names and shapes are those of the package efficientnet-lite-pytorch. Drop connect, by
// which the authors skip blocks at random in training, is left out.
#include <algorithm>
#include <cmath>

#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/relu6.h>
#include <ATen/ops/zeros.h>

#include "sslhost/nn/batch_norm.hpp"
#include "sslhost/nn/convolution.hpp"
#include "sslhost/nn/feature_map.hpp"

#include "family.hpp"
#include "foldable.hpp"
#include "initializer.hpp"
#include "list.hpp"

namespace sslhost::networks {

namespace {

constexpr int64_t kStem = 32, kWidth = 1280;

struct Variant {
  std::string_view name;
  double width, depth;  ///< factors for channels and repeats of the stages
  int64_t side;         ///< pixels, of the images it was made for
  double dropout;
};

constexpr Variant kVariants[] = {
    {"efficientnet-lite0", 1.0, 1.0, 224, 0.2},
    {"efficientnet-lite1", 1.0, 1.1, 240, 0.2},
    {"efficientnet-lite2", 1.1, 1.2, 260, 0.3},
};

struct Stage {
  int64_t repeats, kernel, stride, expansion, out;
};

constexpr Stage kStages[] = {{1, 3, 1, 1, 16}, {2, 3, 2, 6, 24},  {2, 5, 2, 6, 40},
                             {3, 3, 2, 6, 80}, {3, 5, 1, 6, 112}, {4, 5, 2, 6, 192},
                             {1, 3, 1, 6, 320}};

/// A multiple of 8 near `factor` times as many, and at least nine tenths of that.
int64_t scaled(int64_t channels, double factor) {
  const double wanted = static_cast<double>(channels) * factor;
  const int64_t nearest = std::max<int64_t>(8, static_cast<int64_t>(wanted + 4) / 8 * 8);
  return static_cast<double>(nearest) < 0.9 * wanted ? nearest + 8 : nearest;
}

/// First and last stage stay as they are: they belong to stem and head.
int64_t repeats(const Stage& stage, double factor) {
  if (stage.repeats == 1) return 1;
  return static_cast<int64_t>(std::ceil(static_cast<double>(stage.repeats) * factor));
}

/// No plain mean at first: published files count no batches, and it would forget their statistics.
std::shared_ptr<BatchNorm> norm(int64_t channels) {
  return std::make_shared<BatchNorm>(channels, BatchNormOptions{.epsilon = 1e-3, .momentum = 0.01});
}

/// TensorFlow's padding SAME, which gives ⌈size / stride⌉ pixels: an odd one goes to the right and
/// to the bottom. Stride 1 needs none of it, since its padding is even.
class SameConvolution final : public Module {
 public:
  SameConvolution(int64_t in, int64_t out, ConvShape shape) : shape_(shape) {
    weight = register_parameter("weight",
                                at::zeros({out, in / shape.groups, shape.kernel, shape.kernel}));
  }
  Tensor forward(const Tensor& x) const {
    if (shape_.stride == 1)
      return convolution(x, weight, {}, 1, (shape_.kernel - 1) / 2, shape_.groups);
    const auto across = missing(x.size(3)), down = missing(x.size(2));
    const auto padded =
        at::constant_pad_nd(x, {across / 2, across - across / 2, down / 2, down - down / 2});
    return convolution(padded, weight, {}, shape_.stride, 0, shape_.groups);
  }
  int64_t stride() const { return shape_.stride; }
  Tensor weight;

 private:
  int64_t missing(int64_t size) const {
    const int64_t out = (size + shape_.stride - 1) / shape_.stride;
    return std::max<int64_t>(0, (out - 1) * shape_.stride + shape_.kernel - size);
  }
  ConvShape shape_;
};

std::shared_ptr<SameConvolution> conv(int64_t in, int64_t out, ConvShape shape) {
  return std::make_shared<SameConvolution>(in, out, shape);
}

constexpr inference::Range kReLU6 = {0, 6};

/// Wider by 1×1, a filter for each channel, narrower by 1×1; a shortcut where the size stays.
class Block final : public Module {
 public:
  Block(int64_t in, int64_t stride, const Stage& stage, int64_t out)
      : shortcut_(stride == 1 && in == out) {
    const int64_t inner = in * stage.expansion;
    if (stage.expansion != 1) {
      expand_ = register_module("_expand_conv", conv(in, inner, {.kernel = 1}));
      bn0_ = register_module("_bn0", norm(inner));
    }
    const ConvShape filter{.kernel = stage.kernel, .stride = stride, .groups = inner};
    depthwise_ = register_module("_depthwise_conv", conv(inner, inner, filter));
    bn1_ = register_module("_bn1", norm(inner));
    project_ = register_module("_project_conv", conv(inner, out, {.kernel = 1}));
    bn2_ = register_module("_bn2", norm(out));
  }

  Tensor forward(const Tensor& x) {
    auto h = expand_ ? at::relu6(bn0_->forward(expand_->forward(x))) : x;
    h = at::relu6(bn1_->forward(depthwise_->forward(h)));
    h = bn2_->forward(project_->forward(h));
    return shortcut_ ? h + x : h;
  }

  /// The stem takes the place of the first block's missing first layer.
  inference::BlockWeights folded() const {
    return {
        .expand = expand_ ? networks::folded(expand_->weight, *bn0_, kReLU6) : inference::Weights(),
        .filter = networks::folded(depthwise_->weight, *bn1_, kReLU6),
        .project = networks::folded(project_->weight, *bn2_),
        .kernel = depthwise_->weight.size(2),
        .stride = depthwise_->stride(),
        .shortcut = shortcut_};
  }

 private:
  bool shortcut_;
  std::shared_ptr<SameConvolution> expand_, depthwise_, project_;
  std::shared_ptr<BatchNorm> bn0_, bn1_, bn2_;
};

class EfficientNetLite final : public Backbone, public FeatureMap, public Foldable {
 public:
  EfficientNetLite(const Wanted& wanted, const Variant& variant) {
    const auto& [name, task, request, seed] = wanted;
    if (request.noise > 0)
      noise_ = register_module("noise", std::make_shared<GaussianNoise>(request.noise));
    stem_ = register_module("_conv_stem", conv(task.channels, kStem, {.stride = 2}));
    bn0_ = register_module("_bn0", norm(kStem));
    blocks_ = register_module("_blocks", std::make_shared<List<Block>>());
    int64_t in = kStem;
    for (const auto& stage : kStages) {
      const int64_t out = scaled(stage.out, variant.width);
      for (int64_t i = 0; i < repeats(stage, variant.depth); ++i) {
        blocks_->add(std::make_shared<Block>(in, i == 0 ? stage.stride : 1, stage, out));
        in = out;
      }
    }
    head_ = register_module("_conv_head", conv(in, kWidth, {.kernel = 1}));
    bn1_ = register_module("_bn1", norm(kWidth));
    const double dropout = request.dropout < 0 ? variant.dropout : request.dropout;
    if (dropout > 0) dropout_ = register_module("_dropout", std::make_shared<Dropout>(dropout));
    fc_ = register_module("_fc", std::make_shared<Linear>(kWidth, task.classes));
    initialize(Initializer(seed));
  }

  Tensor feature_map(const Tensor& images) override {
    auto h = channels_last(noise_ ? noise_->forward(images) : images);
    h = at::relu6(bn0_->forward(stem_->forward(h)));
    for (const auto& block : blocks_->all()) h = block->forward(h);
    return at::relu6(bn1_->forward(head_->forward(h)));
  }
  Tensor features(const Tensor& images) override {
    const auto h = feature_map(images).mean({2, 3});
    return dropout_ ? dropout_->forward(h) : h;
  }
  Tensor head(const Tensor& features) override { return fc_->forward(features); }
  int64_t width() const override { return kWidth; }

  std::unique_ptr<const Inference> folded() const override {
    inference::LiteWeights weights;
    for (const auto& block : blocks_->all()) weights.blocks.push_back(block->folded());
    weights.blocks.front().expand = networks::folded(stem_->weight, *bn0_, kReLU6);
    weights.head = networks::folded(head_->weight, *bn1_, kReLU6);
    return lite_inference(weights);
  }

 private:
  /// The authors': N(0, 2 / (k² outputs of an input channel)), which is one in a depthwise kernel.
  /// Theirs for the last layer, ±1/√classes, is meant for 1,000 classes; ±1/√inputs is about that.
  void initialize(const Initializer& init) {
    for (const auto& [name, tensor] : named_parameters()) {
      if (tensor.dim() != 4) continue;
      if (name.ends_with("_depthwise_conv.weight"))
        init.normal(tensor, name, 0, std::sqrt(2.0 / static_cast<double>(tensor[0].numel())));
      else
        init.kaiming_normal(tensor, name);
    }
    init.uniform(fc_->weight, "_fc", 1 / std::sqrt(static_cast<double>(kWidth)));
    Initializer::zero(fc_->bias);
  }

  std::shared_ptr<GaussianNoise> noise_;
  std::shared_ptr<SameConvolution> stem_, head_;
  std::shared_ptr<BatchNorm> bn0_, bn1_;
  std::shared_ptr<List<Block>> blocks_;
  std::shared_ptr<Dropout> dropout_;
  std::shared_ptr<Linear> fc_;
};

std::optional<PretrainedInput> pretrained(std::string_view name) {
  const auto* variant = find_named(kVariants, name);
  if (!variant) return std::nullopt;
  constexpr float kMean = 127.f / 255, kStd = 128.f / 255;
  return PretrainedInput{.side = variant->side,
                         .mean = {kMean, kMean, kMean},
                         .std = {kStd, kStd, kStd},
                         .head = "_fc"};
}

}  // namespace

Family efficientnet_lite() {
  return {names_of(kVariants),
          [](const Wanted& w) -> std::shared_ptr<Backbone> {
            const auto* variant = find_named(kVariants, w.name);
            if (!variant) return nullptr;
            require_batch_norm(w);
            require_images(w, 32);  // the stages halve five times
            return std::make_shared<EfficientNetLite>(w, *variant);
          },
          pretrained};
}

}  // namespace sslhost::networks
