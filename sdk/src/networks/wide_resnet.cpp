// SPDX-License-Identifier: Apache-2.0
// Wide residual networks: S. Zagoruyko, N. Komodakis, arXiv:1605.07146v4, in the variant that
// FixMatch's followers compare with (TorchSSL, models/nets/wrn.py): leaky ReLU 0.1, batch norm with
// epsilon 1e-3 and a running average of weight 0.001, biases in the convolutions, parameters named
// as there. The running average begins as a plain mean, so that nothing of 0 and 1 is left in it
// after short runs. A habit is kept: blocks that change the size, all but the first, do not
// activate their input, so that their `bn1` has no effect.
#include <cmath>

#include "sslhost/nn/batch_norm.hpp"
#include "sslhost/nn/feature_map.hpp"

#include "conv2d.hpp"
#include "family.hpp"
#include "initializer.hpp"
#include "list.hpp"

namespace sslhost::networks {

namespace {

std::shared_ptr<BatchNorm> norm(int64_t channels) {
  return std::make_shared<BatchNorm>(
      channels, BatchNormOptions{.epsilon = 1e-3, .momentum = 0.001, .mean_at_first = true});
}

Tensor activate(BatchNorm& bn, const Tensor& x) { return bn.forward_relu(x, 0.1); }

enum class Place { first, changes_size, keeps_size };

class Block final : public Module {
 public:
  Block(int64_t in, int64_t out, int64_t stride, Place place, double dropout) : place_(place) {
    bn1_ = register_module("bn1", norm(in));
    conv1_ = register_module(
        "conv1", std::make_shared<Conv2d>(in, out, ConvShape{.stride = stride, .padding = 1}));
    bn2_ = register_module("bn2", norm(out));
    if (dropout > 0) dropout_ = register_module("dropout", std::make_shared<Dropout>(dropout));
    conv2_ = register_module("conv2", std::make_shared<Conv2d>(out, out, ConvShape{.padding = 1}));
    if (place == Place::keeps_size) return;
    const ConvShape shape{.kernel = 1, .stride = stride};
    shortcut_ = register_module("convShortcut", std::make_shared<Conv2d>(in, out, shape));
  }

  Tensor forward(const Tensor& x) {
    const auto active = place_ == Place::changes_size ? x : activate(*bn1_, x);
    auto h = activate(*bn2_, conv1_->forward(active));
    if (dropout_) h = dropout_->forward(h);
    return conv2_->forward(h) + (shortcut_ ? shortcut_->forward(active) : x);
  }

 private:
  Place place_;
  std::shared_ptr<Conv2d> conv1_, conv2_, shortcut_;
  std::shared_ptr<BatchNorm> bn1_, bn2_;
  std::shared_ptr<Dropout> dropout_;
};

/// The blocks of one size; they are named block1.layer.0, ...
class Stage final : public Module {
 public:
  Stage() { blocks = register_module("layer", std::make_shared<List<Block>>()); }
  std::shared_ptr<List<Block>> blocks;
};

class WideResNet final : public Backbone, public FeatureMap {
 public:
  WideResNet(const Wanted& wanted, int64_t depth, int64_t factor) : width_(64 * factor) {
    const auto& [name, task, request, seed] = wanted;
    if (request.noise > 0)
      noise_ = register_module("noise", std::make_shared<GaussianNoise>(request.noise));
    conv1_ = register_module("conv1",
                             std::make_shared<Conv2d>(task.channels, 16, ConvShape{.padding = 1}));
    int64_t in = 16;
    for (const int64_t out : {16 * factor, 32 * factor, 64 * factor}) {
      const bool first = stages_.empty();
      auto stage = std::make_shared<Stage>();
      for (int64_t i = 0; i < (depth - 4) / 6; ++i) {
        const auto place = in == out ? Place::keeps_size
                           : first   ? Place::first
                                     : Place::changes_size;
        const int64_t stride = i == 0 && !first ? 2 : 1;
        stage->blocks->add(std::make_shared<Block>(in, out, stride, place, request.dropout));
        in = out;
      }
      stages_.push_back(register_module("block" + std::to_string(stages_.size() + 1), stage));
    }
    bn1_ = register_module("bn1", norm(width_));
    fc_ = register_module("fc", std::make_shared<Linear>(width_, task.classes));
    initialize(Initializer(seed));
  }

  Tensor feature_map(const Tensor& images) override {
    auto h = noise_ ? noise_->forward(images) : images;
    h = conv1_->forward(channels_last(h));
    for (const auto& stage : stages_)
      for (const auto& block : stage->blocks->all()) h = block->forward(h);
    return activate(*bn1_, h);
  }
  Tensor features(const Tensor& images) override { return feature_map(images).mean({2, 3}); }
  Tensor head(const Tensor& features) override { return fc_->forward(features); }
  int64_t width() const override { return width_; }

 private:
  /// Convolutions: weights by He et al., biases uniform ±1/√inputs as torch.nn.Conv2d has them.
  void initialize(const Initializer& init) {
    for (const auto& [name, module] : named_modules()) {
      const auto* conv = dynamic_cast<const Conv2d*>(module);
      if (!conv) continue;
      const int64_t inputs = conv->weight.numel() / conv->weight.size(0);
      init.kaiming_normal(conv->weight, name + ".weight");
      init.uniform(conv->bias, name + ".bias", 1 / std::sqrt(static_cast<double>(inputs)));
    }
    init.glorot_normal(fc_->weight, "fc");
    Initializer::zero(fc_->bias);
  }

  int64_t width_;
  std::shared_ptr<GaussianNoise> noise_;
  std::shared_ptr<Conv2d> conv1_;
  std::vector<std::shared_ptr<Stage>> stages_;
  std::shared_ptr<BatchNorm> bn1_;
  std::shared_ptr<Linear> fc_;
};

}  // namespace

Family wide_resnet() {
  return {{"wrn-28-2"}, [](const Wanted& w) -> std::shared_ptr<Backbone> {
            const auto numbers = widths_after("wrn", w.name);  // depth 6n + 4, widening factor > 1
            if (numbers.size() != 2 || numbers[0] < 10 || numbers[0] > 1000 ||
                numbers[0] % 6 != 4 || numbers[1] < 2 || numbers[1] > 64)
              return nullptr;
            require_batch_norm(w);
            require_images(w, 4);
            return std::make_shared<WideResNet>(w, numbers[0], numbers[1]);
          }};
}

}  // namespace sslhost::networks
