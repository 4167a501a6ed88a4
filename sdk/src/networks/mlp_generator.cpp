// SPDX-License-Identifier: Apache-2.0
// The MNIST generator of T. Salimans et al., arXiv:1606.03498v1, section 5.1, as in the authors'
// code: hidden layers Linear without bias, batch norm without scale (epsilon 1e-6), softplus; then
// a weight-norm layer and a sigmoid. Glorot uniform weights. Parameters are named as in a
// torch.nn.Sequential.
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/softplus.h>

#include "sslhost/nn/batch_norm.hpp"
#include "sslhost/nn/layers.hpp"
#include "sslhost/nn/weight_norm.hpp"

#include "family.hpp"
#include "generators.hpp"
#include "initializer.hpp"

namespace sslhost::networks {

namespace {

class MlpGenerator final : public Generator {
 public:
  MlpGenerator(const WantedGenerator& wanted, const std::vector<int64_t>& widths)
      : latent_(wanted.latent),
        channels_(wanted.task.channels),
        height_(wanted.task.height),
        width_(wanted.task.width) {
    const Initializer init(wanted.seed);
    auto in = wanted.latent;
    for (const auto width : widths) {
      const auto first = 3 * linears_.size();
      const auto linear = std::to_string(first), norm = std::to_string(first + 1);
      linears_.push_back(
          register_module(linear, std::make_shared<Linear>(in, width, /*with_bias=*/false)));
      norms_.push_back(register_module(
          norm, std::make_shared<BatchNorm>(width, BatchNormOptions{.epsilon = 1e-6})));
      init.glorot_uniform(linears_.back()->weight, linear);
      norms_.back()->weight.set_requires_grad(false);
      in = width;
    }
    const auto last = std::to_string(3 * linears_.size());
    last_ = register_module(last, std::make_shared<WeightNormLinear>(in, wanted.task.inputs()));
    init.glorot_uniform(last_->weight_v, last);
  }

  Tensor forward(const Tensor& noise) override {
    auto h = noise;
    for (size_t i = 0; i < linears_.size(); ++i)
      h = at::softplus(norms_[i]->forward(linears_[i]->forward(h)));
    h = last_->forward(h).view({-1, channels_, height_, width_});
    return height_ == 1 && width_ == 1 ? h : at::sigmoid(h);
  }
  int64_t latent() const override { return latent_; }

 private:
  int64_t latent_, channels_, height_, width_;
  std::vector<std::shared_ptr<Linear>> linears_;
  std::vector<std::shared_ptr<BatchNorm>> norms_;
  std::shared_ptr<WeightNormLinear> last_;
};

}  // namespace

std::shared_ptr<Generator> mlp_generator(const WantedGenerator& wanted) {
  const auto widths = widths_after("mlp", wanted.name);
  return widths.empty() ? nullptr : std::make_shared<MlpGenerator>(wanted, widths);
}

}  // namespace sslhost::networks
