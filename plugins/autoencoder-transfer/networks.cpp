// SPDX-License-Identifier: Apache-2.0
#include "networks.hpp"

#include <cmath>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mse_loss.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/zeros.h>

#include "sslhost/nn/convolution.hpp"
#include "sslhost/nn/feature_map.hpp"
#include "sslhost/nn/layers.hpp"

namespace autoencoder_transfer {

namespace {

using at::IntArrayRef;

Tensor finished(const Tensor& pixels, Output output) {
  return output == Output::sigmoid ? at::sigmoid(pixels) : pixels;
}

/// Back from features through one hidden layer as wide as they are.
class ModelDecoder final : public sslhost::Module {
 public:
  ModelDecoder(int64_t width, int64_t pixels) {
    hidden_ = register_module("hidden", std::make_shared<sslhost::Linear>(width, width));
    last_ = register_module("last", std::make_shared<sslhost::Linear>(width, pixels));
  }
  Tensor operator()(const Tensor& features) const {
    return last_->forward(at::relu(hidden_->forward(features)));
  }

 private:
  std::shared_ptr<sslhost::Linear> hidden_, last_;
};

/// The features of --model. Where they are a mean over positions, which cannot tell where anything
/// is, each position of what is averaged makes the pixels of its own block of the image.
class ModelAutoencoder final : public Autoencoder {
 public:
  ModelAutoencoder(const Options& o, sslhost::Build& build)
      : output_(o.output), net_(build.backbone("encoder")) {
    const auto& task = build.task();
    map_ = dynamic_cast<sslhost::FeatureMap*>(&*net_);
    if (map_) measure_blocks(task);
    const auto pixels = map_ ? task.channels * block_height_ * block_width_ : task.inputs();
    back_ = build.module("decoder", std::make_shared<ModelDecoder>(net_->width(), pixels));
    encoder_ = net_.ptr();
    decoder_ = back_;
  }
  Tensor reconstruct(const Tensor& images) override {
    if (map_) return finished(from_map(map_->feature_map(images), images.sizes()), output_);
    return finished((*back_)(net_->features(images)).view(images.sizes()), output_);
  }
  Tensor features(const Tensor& images) override { return net_->features(images); }
  int64_t width() const override { return net_->width(); }

 private:
  void measure_blocks(const sslhost::Task& task) {
    const at::NoGradGuard no_gradient;
    const auto like = net_->parameters().front().options();
    const auto image = at::zeros({1, task.channels, task.height, task.width}, like);
    net_->eval();
    const auto map = map_->feature_map(image);
    net_->train();
    block_height_ = (task.height + map.size(2) - 1) / map.size(2);
    block_width_ = (task.width + map.size(3) - 1) / map.size(3);
  }
  /// [N,D,h,w] -> [N,C,H,W]; blocks at the end that reach over the image are cut off there.
  Tensor from_map(const Tensor& map, IntArrayRef shape) const {
    const auto n = shape[0], c = shape[1], h = map.size(2), w = map.size(3);
    const auto positions = map.permute({0, 2, 3, 1}).reshape({-1, map.size(1)});
    return (*back_)(positions)
        .view({n, h, w, c, block_height_, block_width_})
        .permute({0, 3, 1, 4, 2, 5})
        .reshape({n, c, h * block_height_, w * block_width_})
        .narrow(2, 0, shape[2])
        .narrow(3, 0, shape[3]);
  }

  Output output_;
  sslhost::Network net_;
  sslhost::FeatureMap* map_ = nullptr;          // of net_; null: its features are no mean
  int64_t block_height_ = 0, block_width_ = 0;  // pixels that a position makes
  std::shared_ptr<ModelDecoder> back_;
};

/// C→w→c, each 3×3, ReLU, pool 2. ReLU and the maximum commute; pooled first, it is a quarter of
/// the work.
class ConvEncoder final : public sslhost::Module {
 public:
  ConvEncoder(int64_t channels, int64_t width, int64_t code) {
    const sslhost::ConvShape same = {.kernel = 3, .padding = 1};
    conv1_ = register_module("conv1", std::make_shared<sslhost::Conv2d>(channels, width, same));
    conv2_ = register_module("conv2", std::make_shared<sslhost::Conv2d>(width, code, same));
  }
  /// [N,C,H,W] -> [N,c,H/4,W/4]
  Tensor code(const Tensor& x, bool relu) {
    const auto h = sslhost::max_pool2x2(conv1_->forward(sslhost::channels_last(x)), /*relu=*/true);
    return sslhost::max_pool2x2(conv2_->forward(h), relu);
  }
  /// [N,C,H,W] -> [N,c,H/2,W/2]
  Tensor early(const Tensor& x) {
    return sslhost::max_pool2x2(conv2_->forward(conv1_->forward(sslhost::channels_last(x))));
  }

 private:
  std::shared_ptr<sslhost::Conv2d> conv1_, conv2_;
};

/// A transposed convolution 2×2 with stride 2: its windows do not overlap, so each pixel makes four
/// of its own. torch.nn.ConvTranspose2d's parameters `weight` [i,o,2,2] and `bias` [o], initialised
/// as there.
class Upsampling final : public sslhost::Module {
 public:
  Upsampling(int64_t in, int64_t out) {
    const double bound = std::sqrt(3.0) * (std::sqrt(2.0 / 6) / std::sqrt(4.0 * out));
    weight_ = register_parameter("weight", at::empty({in, out, 2, 2}).uniform_(-bound, bound));
    const double bias_bound = 1 / std::sqrt(4.0 * out);
    bias_ = register_parameter("bias", at::empty({out}).uniform_(-bias_bound, bias_bound));
  }
  /// [M,i] -> [4M,o]: the four pixels, row by row, that each becomes.
  Tensor operator()(const Tensor& pixels) const {
    const auto in = weight_.size(0), out = weight_.size(1);
    const auto weight = weight_.permute({2, 3, 1, 0}).reshape({4 * out, in});
    return sslhost::linear(pixels, weight, bias_.repeat(4)).view({-1, out});
  }

 private:
  Tensor weight_, bias_;
};

/// c→w→C by two of them, ReLU between: each pixel of the code makes its 4×4 pixels of the image
/// alone, by two matrix products.
class ConvDecoder final : public sslhost::Module {
 public:
  ConvDecoder(int64_t code, int64_t width, int64_t channels) {
    conv1_ = register_module("conv1", std::make_shared<Upsampling>(code, width));
    conv2_ = register_module("conv2", std::make_shared<Upsampling>(width, channels));
  }
  /// [N,c,h,w] -> [16Nhw,C]: the pixels of the image in windows.
  Tensor operator()(const Tensor& code) const {
    const auto pixels = code.permute({0, 2, 3, 1}).reshape({-1, code.size(1)});
    return (*conv2_)(at::relu((*conv1_)(pixels)));
  }
  /// The order of operator()'s result, and back: y and x of the 4×4 pixels in two bits each.
  static Tensor in_windows(const Tensor& images) {
    const auto n = images.size(0), c = images.size(1), h = images.size(2), w = images.size(3);
    return images.reshape({n, c, h / 4, 2, 2, w / 4, 2, 2})
        .permute({0, 2, 5, 3, 6, 4, 7, 1})
        .reshape({-1, c});
  }
  static Tensor in_images(const Tensor& windows, IntArrayRef shape) {
    const auto n = shape[0], c = shape[1], h = shape[2], w = shape[3];
    return windows.reshape({n, h / 4, w / 4, 2, 2, 2, 2, c})
        .permute({0, 7, 1, 3, 5, 2, 4, 6})
        .reshape(shape);
  }

 private:
  std::shared_ptr<Upsampling> conv1_, conv2_;
};

class ConvAutoencoder final : public Autoencoder {
 public:
  ConvAutoencoder(const Options& o, sslhost::Build& build)
      : early_(o.features == Features::early), rectified_(o.code == Code::relu), output_(o.output) {
    const auto& task = build.task();
    if (task.height % 4 != 0 || task.width % 4 != 0)
      build.problem("architecture", "conv needs height and width in multiples of 4, found " +
                                        std::to_string(task.height) + "x" +
                                        std::to_string(task.width));
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
    return ConvDecoder::in_images(windows(images), images.sizes());
  }
  /// In the decoder's order: the target is turned, which takes no gradient, and not the output.
  Tensor loss(const Tensor& input, const Tensor& target) override {
    return at::mse_loss(windows(input), ConvDecoder::in_windows(target));
  }
  Tensor features(const Tensor& images) override {
    return (early_ ? in_->early(images) : in_->code(images, /*relu=*/true)).flatten(1);
  }
  int64_t width() const override { return width_; }

 private:
  Tensor windows(const Tensor& images) const {
    return finished((*back_)(in_->code(images, rectified_)), output_);
  }
  bool early_, rectified_;
  Output output_;
  int64_t width_ = 0;
  std::shared_ptr<ConvEncoder> in_;
  std::shared_ptr<ConvDecoder> back_;
};

}  // namespace

Tensor Autoencoder::loss(const Tensor& input, const Tensor& target) {
  return at::mse_loss(reconstruct(input), target);
}

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
