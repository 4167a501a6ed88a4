// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cmath>

#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>

#include "sslhost/error.hpp"
#include "sslhost/model.hpp"
#include "sslhost/options.hpp"
#include "sslhost/random.hpp"

namespace sslhost {

namespace {

/// The seed of one network, from which each parameter draws by its own name.
class Initializer {
 public:
  explicit Initializer(uint64_t seed) : seed_(seed) {}

  /// Glorot & Bengio (2010), eq. 16: uniform ±√(6 / (in + out)).
  void glorot_uniform(Tensor weight, std::string_view name) const {
    const double bound = std::sqrt(6.0 / static_cast<double>(weight.size(0) + weight.size(1)));
    fill(weight, random::uniform(weight.sizes(), key(name), at::kCPU).mul_(2 * bound).sub_(bound));
  }
  void normal(Tensor weight, std::string_view name, double deviation) const {
    fill(weight, random::normal(weight.sizes(), key(name), at::kCPU).mul_(deviation));
  }
  static void zero(Tensor bias) { bias.detach().zero_(); }

 private:
  uint64_t key(std::string_view name) const { return random::mix(seed_, random::name_key(name)); }
  static void fill(Tensor& weight, const Tensor& values) { weight.detach().copy_(values); }
  uint64_t seed_;
};

/// Widths w1-w2-...: Linear, [batch norm,] ReLU[, dropout] each; then Linear to K. RECIPES:
/// mlp-1200-1200, mlp-256-256.
class Mlp final : public Backbone {
 public:
  Mlp(const Task& task, std::vector<int64_t> widths, const NetworkRequest& request, uint64_t seed) {
    const Initializer init(seed);
    int64_t in = task.inputs();
    if (request.noise > 0)
      noise_ = register_module("noise", std::make_shared<GaussianNoise>(request.noise));
    for (size_t i = 0; i < widths.size(); ++i) {
      const auto n = std::to_string(i + 1);
      linears_.push_back(register_module("linear" + n, std::make_shared<Linear>(in, widths[i])));
      if (request.batch_norm)
        norms_.push_back(register_module("norm" + n, torch::nn::BatchNorm1d(widths[i])));
      if (request.dropout > 0)
        dropouts_.push_back(
            register_module("dropout" + n, std::make_shared<Dropout>(request.dropout)));
      init.glorot_uniform(linears_.back()->weight, "linear" + n);
      Initializer::zero(linears_.back()->bias);
      in = widths[i];
    }
    head_ = register_module("head", std::make_shared<Linear>(in, task.classes));
    init.glorot_uniform(head_->weight, "head");
    Initializer::zero(head_->bias);
    width_ = in;
  }

  Tensor features(const Tensor& images) override {
    auto h = images.flatten(1);
    if (noise_) h = noise_->forward(h);
    for (size_t i = 0; i < linears_.size(); ++i) {
      h = linears_[i]->forward(h);
      if (!norms_.empty()) h = norms_[i]->forward(h);
      h = at::relu(h);
      if (!dropouts_.empty()) h = dropouts_[i]->forward(h);
    }
    return h;
  }
  Tensor head(const Tensor& features) override { return head_->forward(features); }
  int64_t width() const override { return width_; }

 private:
  std::shared_ptr<GaussianNoise> noise_;
  std::vector<std::shared_ptr<Linear>> linears_;
  std::vector<torch::nn::BatchNorm1d> norms_;
  std::vector<std::shared_ptr<Dropout>> dropouts_;
  std::shared_ptr<Linear> head_;
  int64_t width_ = 0;
};

/// R2's network: twice conv 4×4 (padding 2), batch norm, ReLU, pool 2; FC 100, dropout 0.5, ReLU;
/// FC K. Conv and linear weights N(0, 0.02), biases 0.
class Cnn4x4 final : public Backbone {
 public:
  Cnn4x4(const Task& task, const NetworkRequest& request, uint64_t seed) {
    const auto conv = [](int64_t in, int64_t out) {
      return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 4).padding(2));
    };
    const auto halved = [](int64_t size) { return ((size + 1) / 2 + 1) / 2; };
    conv1_ = register_module("conv1", conv(task.channels, 32));
    conv2_ = register_module("conv2", conv(32, 64));
    if (request.batch_norm) {
      norm1_ = register_module("norm1", torch::nn::BatchNorm2d(32));
      norm2_ = register_module("norm2", torch::nn::BatchNorm2d(64));
    }
    if (request.noise > 0)
      noise_ = register_module("noise", std::make_shared<GaussianNoise>(request.noise));
    fc_ = register_module(
        "fc", std::make_shared<Linear>(64 * halved(task.height) * halved(task.width), 100));
    dropout_ = register_module(
        "dropout", std::make_shared<Dropout>(request.dropout < 0 ? 0.5 : request.dropout));
    head_ = register_module("head", std::make_shared<Linear>(100, task.classes));

    const Initializer init(seed);
    const std::pair<const char*, std::pair<Tensor, Tensor>> layers[] = {
        {"conv1", {conv1_->weight, conv1_->bias}},
        {"conv2", {conv2_->weight, conv2_->bias}},
        {"fc", {fc_->weight, fc_->bias}},
        {"head", {head_->weight, head_->bias}}};
    for (const auto& [name, tensors] : layers) {
      init.normal(tensors.first, name, 0.02);
      Initializer::zero(tensors.second);
    }
  }

  Tensor features(const Tensor& images) override {
    auto h = noise_ ? noise_->forward(images) : images;
    h = block(h, conv1_, norm1_);
    h = block(h, conv2_, norm2_);
    return at::relu(dropout_->forward(fc_->forward(h.flatten(1))));
  }
  Tensor head(const Tensor& features) override { return head_->forward(features); }
  int64_t width() const override { return 100; }

 private:
  static Tensor block(const Tensor& x, torch::nn::Conv2d& conv, torch::nn::BatchNorm2d& norm) {
    auto h = conv->forward(x);
    if (norm) h = norm->forward(h);
    return at::max_pool2d(at::relu(h), {2, 2});
  }
  std::shared_ptr<GaussianNoise> noise_;
  torch::nn::Conv2d conv1_ = nullptr, conv2_ = nullptr;
  torch::nn::BatchNorm2d norm1_ = nullptr, norm2_ = nullptr;
  std::shared_ptr<Linear> fc_, head_;
  std::shared_ptr<Dropout> dropout_;
};

/// "mlp-256-256" -> {256, 256}; nothing when the name is not of that form.
std::vector<int64_t> widths_of(std::string_view name) {
  constexpr std::string_view kPrefix = "mlp";
  if (!name.starts_with(kPrefix)) return {};
  std::vector<int64_t> widths;
  const char *at = name.data() + kPrefix.size(), *end = name.data() + name.size();
  while (at != end) {
    int64_t width = 0;
    if (*at != '-') return {};
    const auto parsed = std::from_chars(at + 1, end, width);
    if (parsed.ec != std::errc() || width < 1 || width > 1 << 16) return {};
    widths.push_back(width);
    at = parsed.ptr;
  }
  return widths;
}

}  // namespace

std::vector<std::string> model_names() { return {"mlp-256-256", "mlp-1200-1200", "cnn-4x4"}; }

std::shared_ptr<Backbone> make_backbone(std::string_view name, const Task& task,
                                        const NetworkRequest& request, uint64_t seed) {
  if (auto widths = widths_of(name); !widths.empty())
    return std::make_shared<Mlp>(task, std::move(widths), request, seed);
  if (name == "cnn-4x4") {
    if (std::min(task.height, task.width) >= 2)
      return std::make_shared<Cnn4x4>(task, request, seed);
    throw Error(ExitCode::usage, {"option model", "images of at least 2x2 for cnn-4x4",
                                  std::to_string(task.height) + "x" + std::to_string(task.width),
                                  "choose an mlp-... for this dataset"});
  }
  std::string known = "mlp-A-B-... with hidden widths";
  for (const auto& other : model_names()) known += ", " + other;
  throw Error(ExitCode::usage, {"option model", known,
                                "'" + std::string(name) + "'" + did_you_mean(name, model_names()),
                                "choose one with --model NAME"});
}

}  // namespace sslhost
