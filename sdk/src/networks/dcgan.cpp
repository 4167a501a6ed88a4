// SPDX-License-Identifier: Apache-2.0
// Generators of transposed convolutions: A. Radford et al., arXiv:1511.06434v2, figure 1, in the
// sizes of RECIPES R3 (224), of its comparisons (64 and 32), and for MNIST (28); `dcgan` in those
// that the task has. Weights N(0, 0.02), batch norm N(1, 0.02). Parameters are named as in a
// torch.nn.Sequential of conv, norm, ReLU, ...
#include <algorithm>
#include <optional>

#include <ATen/ops/conv_transpose2d.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/zeros.h>

#include "sslhost/error.hpp"
#include "sslhost/nn/batch_norm.hpp"
#include "sslhost/nn/layers.hpp"

#include "conv2d.hpp"
#include "generators.hpp"
#include "initializer.hpp"

namespace sslhost::networks {

namespace {

struct Layer {
  int64_t channels;  ///< 0: the task's
  int64_t kernel, stride, padding;
  int64_t kernel_width = kernel;
};

struct Design {
  std::string_view name;
  int64_t side;  ///< 0: the task's
  std::vector<Layer> layers;
};

const Design kDesigns[] = {
    {"dcgan-28", 28, {{256, 7, 1, 0}, {128, 4, 2, 1}, {0, 4, 2, 1}}},
    {"dcgan-32", 32, {{256, 4, 1, 0}, {128, 4, 2, 1}, {64, 4, 2, 1}, {0, 4, 2, 1}}},
    {"dcgan-64", 64, {{512, 4, 1, 0}, {256, 4, 2, 1}, {128, 4, 2, 1}, {64, 4, 2, 1}, {0, 4, 2, 1}}},
    {"dcgan-224",
     224,
     {{512, 7, 1, 0}, {256, 4, 2, 1}, {128, 4, 2, 1}, {64, 4, 4, 0}, {0, 4, 2, 1}}},
};

constexpr int64_t kSmallest = 16, kLargest = 256;

/// Planes of 4 to 8 pixels on the shorter side, doubled as often as it takes; what is too much at
/// the end is cut off by the same amount all around (less than 2^k pixels in all, after k
/// doublings). Channels are halved at each doubling, 512 at most and 64 at last: dcgan-32 and
/// dcgan-64 are two of them.
Design design_for(int64_t height, int64_t width) {
  int64_t doublings = 0;
  while (std::min(height, width) >> (doublings + 1) >= 4) ++doublings;
  const auto planes = [&](int64_t side) { return (side + (1 << doublings) - 1) >> doublings; };
  Design design{.name = "dcgan", .side = 0, .layers = {}};
  for (int64_t left = doublings; left >= 0; --left) {
    const auto channels = left == 0 ? 0 : std::min<int64_t>(512, 32 << left);
    if (left == doublings)
      design.layers.push_back({channels, planes(height), 1, 0, planes(width)});
    else
      design.layers.push_back({channels, 4, 2, 1});
  }
  return design;
}

class ConvTranspose2d final : public Module {
 public:
  ConvTranspose2d(int64_t in, int64_t out, const Layer& layer) : layer_(layer) {
    weight = register_parameter("weight", at::zeros({in, out, layer.kernel, layer.kernel_width}));
  }
  Tensor forward(const Tensor& x) const {
    return at::conv_transpose2d(x, weight, {}, layer_.stride, layer_.padding);
  }
  /// Of a single pixel, [N,I]: a plain product.
  Tensor expand(const Tensor& x) const {
    return linear(x, weight.flatten(1).t(), Tensor())
        .view({-1, weight.size(1), layer_.kernel, layer_.kernel_width});
  }
  Tensor weight;

 private:
  Layer layer_;
};

class Dcgan final : public Generator {
 public:
  Dcgan(const Design& design, const WantedGenerator& wanted)
      : latent_(wanted.latent), height_(wanted.task.height), width_(wanted.task.width) {
    const Initializer init(wanted.seed);
    auto in = wanted.latent;
    for (size_t i = 0; i < design.layers.size(); ++i) {
      const auto& layer = design.layers[i];
      const bool last = i + 1 == design.layers.size();
      const auto out = last ? wanted.task.channels : layer.channels;
      const auto conv = std::to_string(3 * i), norm = std::to_string(3 * i + 1);
      convs_.push_back(register_module(conv, std::make_shared<ConvTranspose2d>(in, out, layer)));
      init.normal(convs_.back()->weight, conv, 0, 0.02);
      if (!last) {
        norms_.push_back(register_module(norm, std::make_shared<BatchNorm>(out)));
        init.normal(norms_.back()->weight, norm, 1, 0.02);
      }
      in = out;
    }
  }

  Tensor forward(const Tensor& noise) override {
    auto h = channels_last(convs_.front()->expand(noise));
    for (size_t i = 0; i < norms_.size(); ++i)
      h = convs_[i + 1]->forward(norms_[i]->forward_relu(h));
    return (at::tanh(middle(h)) + 1) / 2;
  }
  int64_t latent() const override { return latent_; }

 private:
  Tensor middle(const Tensor& h) const {
    const auto over = h.size(2) - height_, beside = h.size(3) - width_;
    if (over == 0 && beside == 0) return h;
    return h.narrow(2, over / 2, height_).narrow(3, beside / 2, width_);
  }

  std::vector<std::shared_ptr<ConvTranspose2d>> convs_;
  std::vector<std::shared_ptr<BatchNorm>> norms_;
  int64_t latent_, height_, width_;
};

/// The design of that name for the task; none: no name of this family.
std::optional<Design> design_of(const WantedGenerator& wanted) {
  const auto& task = wanted.task;
  if (wanted.name == "dcgan") return design_for(task.height, task.width);
  for (const auto& design : kDesigns)
    if (design.name == wanted.name) return design;
  return std::nullopt;
}

}  // namespace

std::shared_ptr<Generator> dcgan(const WantedGenerator& wanted) {
  const auto design = design_of(wanted);
  if (!design) return nullptr;
  const auto& task = wanted.task;
  const auto text = [](int64_t h, int64_t w) {
    return std::to_string(h) + "x" + std::to_string(w);
  };
  const bool any = design->side == 0;
  const auto low = any ? kSmallest : design->side, high = any ? kLargest : design->side;
  if (std::min(task.height, task.width) >= low && std::max(task.height, task.width) <= high)
    return std::make_shared<Dcgan>(*design, wanted);
  throw Error(ExitCode::usage,
              {"option generator",
               "images of " + text(low, low) + (any ? " to " + text(high, high) : "") + " for " +
                   std::string(design->name),
               text(task.height, task.width), "choose another dcgan-..., or an mlp-..."});
}

}  // namespace sslhost::networks
