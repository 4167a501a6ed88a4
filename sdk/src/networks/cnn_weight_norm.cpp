// SPDX-License-Identifier: Apache-2.0
// The CIFAR-10 classifier of T. Salimans et al., "Improved Techniques for Training GANs",
// arXiv:1606.03498v1, section 5.2, as in the authors' code: weight norm, leaky ReLU 0.2, dropout
// 0.2 at the input and 0.5 after each halving; scales but the head's fixed after the
// initialization from data; v ~ N(0, 0.05²); logits start with a standard deviation of 0.1.
#include <ATen/ops/leaky_relu.h>

#include "sslhost/nn/feature_map.hpp"
#include "sslhost/nn/weight_norm.hpp"

#include "conv2d.hpp"
#include "family.hpp"
#include "initializer.hpp"

namespace sslhost::networks {

namespace {

struct Layer {
  int64_t out, kernel, stride, padding;
};
constexpr Layer kLayers[] = {{96, 3, 1, 1},  {96, 3, 1, 1},  {96, 3, 2, 1},
                             {192, 3, 1, 1}, {192, 3, 1, 1}, {192, 3, 2, 1},
                             {192, 3, 1, 0}, {192, 1, 1, 0}, {192, 1, 1, 0}};

class CnnWeightNorm final : public Backbone, public FeatureMap {
 public:
  /// A request for dropout concerns the halvings, and 0 turns it off everywhere.
  explicit CnnWeightNorm(const Wanted& wanted) {
    const auto& [name, task, request, seed] = wanted;
    const double hidden = request.dropout < 0 ? 0.5 : request.dropout;
    if (request.noise > 0)
      noise_ = register_module("noise", std::make_shared<GaussianNoise>(request.noise));
    dropout_ = register_module("dropout", std::make_shared<Dropout>(hidden == 0 ? 0 : 0.2));
    const Initializer init(seed);
    int64_t in = task.channels;
    for (const auto& layer : kLayers) {
      const auto n = std::to_string(convs_.size() + 1);
      convs_.push_back(register_module(
          "conv" + n, std::make_shared<WeightNormConv2d>(in, layer.out, layer.kernel, layer.stride,
                                                         layer.padding, /*train_scale=*/false)));
      init.normal(convs_.back()->weight_v, "conv" + n, 0, 0.05);
      dropouts_.push_back(layer.stride == 1
                              ? nullptr
                              : register_module("dropout" + n, std::make_shared<Dropout>(hidden)));
      in = layer.out;
    }
    head_ = register_module("head", std::make_shared<WeightNormLinear>(in, task.classes));
    init.normal(head_->weight_v, "head", 0, 0.05);
    head_->output_std = 0.1;
  }

  Tensor feature_map(const Tensor& images) override {
    auto h = dropout_->forward(channels_last(noise_ ? noise_->forward(images) : images));
    for (size_t i = 0; i < convs_.size(); ++i) {
      h = at::leaky_relu(convs_[i]->forward(h), 0.2);
      if (dropouts_[i]) h = dropouts_[i]->forward(h);
    }
    return h;
  }
  Tensor features(const Tensor& images) override { return feature_map(images).mean({2, 3}); }
  Tensor head(const Tensor& features) override { return head_->forward(features); }
  int64_t width() const override { return kLayers[8].out; }

 private:
  std::shared_ptr<GaussianNoise> noise_;
  std::shared_ptr<Dropout> dropout_;
  std::vector<std::shared_ptr<WeightNormConv2d>> convs_;
  std::vector<std::shared_ptr<Dropout>> dropouts_;  ///< after conv i, or null
  std::shared_ptr<WeightNormLinear> head_;
};

}  // namespace

Family cnn_weight_norm() {
  return {{"cnn-wn"}, [](const Wanted& w) -> std::shared_ptr<Backbone> {
            if (w.name != "cnn-wn") return nullptr;
            require_images(w, 9);  // what is left for the last 3×3 kernel
            return std::make_shared<CnnWeightNorm>(w);
          }};
}

}  // namespace sslhost::networks
