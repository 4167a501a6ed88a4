// SPDX-License-Identifier: Apache-2.0
// ConvNeXt-T: Z. Liu et al., arXiv:2201.03545v2, with torchvision's parameter names, shapes and
// initialization. Stochastic depth, by which the authors skip blocks at random in training, is left
// out.
#include <array>

#include <ATen/ops/full.h>
#include <ATen/ops/gelu.h>

#include "sslhost/nn/feature_map.hpp"

#include "conv2d.hpp"
#include "family.hpp"
#include "initializer.hpp"
#include "layer_norm.hpp"
#include "list.hpp"

namespace sslhost::networks {

namespace {

struct Stage {
  int64_t channels, blocks;
};

constexpr std::array<Stage, 4> kStages = {{{96, 3}, {192, 3}, {384, 9}, {768, 3}}};
constexpr int64_t kWidth = kStages.back().channels;

/// A 7×7 filter for each channel, then for each pixel a norm and two linear layers, four times as
/// wide between them.
class Block final : public Module {
 public:
  explicit Block(int64_t channels) {
    scale_ = register_parameter("layer_scale", at::full({channels, 1, 1}, 1e-6));
    const ConvShape filter{.kernel = 7, .padding = 3, .groups = channels};
    depthwise_ = std::make_shared<Conv2d>(channels, channels, filter);
    norm_ = std::make_shared<LayerNorm>(channels);
    wide_ = std::make_shared<Linear>(channels, 4 * channels);
    narrow_ = std::make_shared<Linear>(4 * channels, channels);
    auto layers = register_module("block", std::make_shared<List<Module>>());
    layers->add(depthwise_);
    layers->skip();  // a permutation
    layers->add(norm_);
    layers->add(wide_);
    layers->skip();  // the GELU
    layers->add(narrow_);
  }

  Tensor forward(const Tensor& x) {
    const auto pixels = norm_->forward(depthwise_->forward(x).permute({0, 2, 3, 1}));
    const auto h = narrow_->forward(at::gelu(wide_->forward(pixels.flatten(0, 2))));
    return x + scale_ * h.view(pixels.sizes()).permute({0, 3, 1, 2});
  }

 private:
  Tensor scale_;
  std::shared_ptr<Conv2d> depthwise_;
  std::shared_ptr<LayerNorm> norm_;
  std::shared_ptr<Linear> wide_, narrow_;
};

class ConvNeXt final : public Backbone, public FeatureMap {
 public:
  explicit ConvNeXt(const Wanted& wanted) {
    const auto& [name, task, request, seed] = wanted;
    if (request.noise > 0)
      noise_ = register_module("noise", std::make_shared<GaussianNoise>(request.noise));
    layers_ = register_module("features", std::make_shared<List<Module>>());
    add_stem(task.channels);
    for (size_t i = 0; i < kStages.size(); ++i) {
      if (i > 0) add_halving(kStages[i - 1].channels, kStages[i].channels);
      auto stage = std::make_shared<List<Block>>();
      for (int64_t k = 0; k < kStages[i].blocks; ++k)
        stage->add(std::make_shared<Block>(kStages[i].channels));
      layers_->add(stage);
      stages_.push_back(stage);
    }
    auto classifier = register_module("classifier", std::make_shared<List<Module>>());
    norm_ = std::make_shared<LayerNorm>(kWidth);
    fc_ = std::make_shared<Linear>(kWidth, task.classes);
    classifier->add(norm_);
    classifier->skip();  // flattening
    classifier->add(fc_);
    if (request.dropout > 0)
      dropout_ = register_module("dropout", std::make_shared<Dropout>(request.dropout));
    initialize(Initializer(seed));
  }

  Tensor feature_map(const Tensor& images) override {
    auto h = channels_last(noise_ ? noise_->forward(images) : images);
    h = norms_[0]->over_channels(smaller_[0]->forward(h));
    for (size_t i = 0; i < stages_.size(); ++i) {
      if (i > 0) h = smaller_[i]->forward(norms_[i]->over_channels(h));
      for (const auto& block : stages_[i]->all()) h = block->forward(h);
    }
    return h;
  }
  Tensor features(const Tensor& images) override {
    const auto h = norm_->forward(feature_map(images).mean({2, 3}));
    return dropout_ ? dropout_->forward(h) : h;
  }
  Tensor head(const Tensor& features) override { return fc_->forward(features); }
  int64_t width() const override { return kWidth; }

 private:
  void add_stem(int64_t channels) {
    const int64_t out = kStages[0].channels;
    const auto [conv, norm] = smaller(channels, out, 4, out);
    add_pair(conv, norm);
  }
  void add_halving(int64_t in, int64_t out) {
    const auto [conv, norm] = smaller(in, out, 2, in);
    add_pair(norm, conv);
  }

  /// A convolution that makes images `by` times smaller, and the norm beside it.
  std::pair<std::shared_ptr<Conv2d>, std::shared_ptr<LayerNorm>> smaller(int64_t in, int64_t out,
                                                                         int64_t by,
                                                                         int64_t normed) {
    smaller_.push_back(std::make_shared<Conv2d>(in, out, ConvShape{.kernel = by, .stride = by}));
    norms_.push_back(std::make_shared<LayerNorm>(normed));
    return {smaller_.back(), norms_.back()};
  }

  void add_pair(const std::shared_ptr<Module>& first, const std::shared_ptr<Module>& second) {
    auto pair = std::make_shared<List<Module>>();
    pair->add(first);
    pair->add(second);
    layers_->add(pair);
  }

  /// N(0, 0.02²), which the authors cut where nothing is left of it; biases 0.
  void initialize(const Initializer& init) {
    for (const auto& [name, tensor] : named_parameters()) {
      if (name.ends_with(".weight") && tensor.dim() > 1) init.normal(tensor, name, 0, 0.02);
      if (name.ends_with(".bias")) Initializer::zero(tensor);
    }
  }

  std::shared_ptr<GaussianNoise> noise_;
  std::shared_ptr<List<Module>> layers_;
  std::vector<std::shared_ptr<Conv2d>> smaller_;
  std::vector<std::shared_ptr<LayerNorm>> norms_;
  std::vector<std::shared_ptr<List<Block>>> stages_;
  std::shared_ptr<LayerNorm> norm_;
  std::shared_ptr<Dropout> dropout_;
  std::shared_ptr<Linear> fc_;
};

}  // namespace

Family convnext() {
  return {{"convnext-tiny"},
          [](const Wanted& w) -> std::shared_ptr<Backbone> {
            if (w.name != "convnext-tiny") return nullptr;
            require_images(w, 32);  // they become 32 times smaller
            return std::make_shared<ConvNeXt>(w);
          },
          [](std::string_view name) {
            return name == "convnext-tiny" ? std::optional(imagenet_input(224, "classifier.2"))
                                           : std::nullopt;
          }};
}

}  // namespace sslhost::networks
