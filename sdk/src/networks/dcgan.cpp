// SPDX-License-Identifier: Apache-2.0
// Generators of transposed convolutions: A. Radford et al., arXiv:1511.06434v2, figure 1, in the
// sizes of RECIPES R3 (224), of its comparisons (64 and 32), and for MNIST (28). Weights N(0,
// 0.02), batch norm N(1, 0.02). Parameters are named as in a torch.nn.Sequential of conv, norm,
// ReLU, ...
#include <ATen/ops/conv_transpose2d.h>
#include <ATen/ops/relu.h>
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
};

struct Design {
  std::string_view name;
  int64_t side;
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

class ConvTranspose2d final : public Module {
 public:
  ConvTranspose2d(int64_t in, int64_t out, const Layer& layer) : layer_(layer) {
    weight = register_parameter("weight", at::zeros({in, out, layer.kernel, layer.kernel}));
  }
  Tensor forward(const Tensor& x) const {
    return at::conv_transpose2d(x, weight, {}, layer_.stride, layer_.padding);
  }
  /// Of a single pixel, [N,I]: a plain product.
  Tensor expand(const Tensor& x) const {
    return linear(x, weight.flatten(1).t(), Tensor())
        .view({-1, weight.size(1), layer_.kernel, layer_.kernel});
  }
  Tensor weight;

 private:
  Layer layer_;
};

class Dcgan final : public Generator {
 public:
  Dcgan(const Design& design, const WantedGenerator& wanted) : latent_(wanted.latent) {
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
      h = convs_[i + 1]->forward(at::relu(norms_[i]->forward(h)));
    return (at::tanh(h) + 1) / 2;
  }
  int64_t latent() const override { return latent_; }

 private:
  std::vector<std::shared_ptr<ConvTranspose2d>> convs_;
  std::vector<std::shared_ptr<BatchNorm>> norms_;
  int64_t latent_;
};

}  // namespace

std::shared_ptr<Generator> dcgan(const WantedGenerator& wanted) {
  const auto text = [](int64_t h, int64_t w) {
    return std::to_string(h) + "x" + std::to_string(w);
  };
  for (const auto& design : kDesigns) {
    if (design.name != wanted.name) continue;
    const auto& task = wanted.task;
    if (task.height == design.side && task.width == design.side)
      return std::make_shared<Dcgan>(design, wanted);
    throw Error(ExitCode::usage,
                {"option generator",
                 "images of " + text(design.side, design.side) + " for " + std::string(design.name),
                 text(task.height, task.width), "choose another dcgan-..., or an mlp-..."});
  }
  return nullptr;
}

}  // namespace sslhost::networks
