// SPDX-License-Identifier: Apache-2.0
// LibTorch's modules as ours. The one file that includes their headers.
#include <optional>

#include <torch/nn/modules/batchnorm.h>

#include "sslhost/nn/module.hpp"

namespace sslhost {

namespace {

torch::nn::BatchNormOptions* batch_norm_options(torch::nn::Module* module) {
  if (auto* layer = dynamic_cast<torch::nn::BatchNorm1dImpl*>(module)) return &layer->options;
  if (auto* layer = dynamic_cast<torch::nn::BatchNorm2dImpl*>(module)) return &layer->options;
  if (auto* layer = dynamic_cast<torch::nn::BatchNorm3dImpl*>(module)) return &layer->options;
  return nullptr;
}

/// The same tensors, parts and flag.
class AdoptedModule : public Module {
 public:
  explicit AdoptedModule(std::shared_ptr<torch::nn::Module> module) : module_(std::move(module)) {
    for (const auto& p : module_->named_parameters(/*recurse=*/false))
      register_parameter(p.key(), p.value(), p.value().requires_grad());
    for (const auto& b : module_->named_buffers(/*recurse=*/false))
      register_buffer(b.key(), b.value());
    for (const auto& part : module_->named_children()) register_module(part.key(), part.value());
  }
  bool is_training() const override { return module_->is_training(); }
  /// LibTorch's train() also acts on what is below; Module::train() sets outer modules first, so
  /// that inner ones have the last word.
  void set_training(bool on) override { module_->train(on); }
  const torch::nn::Module* adopted() const override { return module_.get(); }

 protected:
  std::shared_ptr<torch::nn::Module> module_;
};

/// A closed layer still normalizes by its batch, and records nothing.
class AdoptedBatchNorm final : public AdoptedModule, public RunningStatistics {
 public:
  AdoptedBatchNorm(std::shared_ptr<torch::nn::Module> module, torch::nn::BatchNormOptions& options)
      : AdoptedModule(std::move(module)), options_(options), momentum_(options.momentum()) {
    apply();
  }
  void set_training(bool on) override {
    AdoptedModule::set_training(on);
    apply();
  }
  void record_statistics(bool on) override {
    records_ = on;
    apply();
  }
  std::vector<Tensor> statistics() const override {
    std::vector<Tensor> all;
    for (const auto& tensor : buffers())
      if (tensor.is_floating_point()) all.push_back(tensor);
    return all;
  }

 private:
  void apply() {
    options_.momentum(records_ ? momentum_ : 0.0);  // with weight 0 the old ones stay, to the bit
    options_.track_running_stats(records_ || !is_training());
  }

  torch::nn::BatchNormOptions& options_;
  std::optional<double> momentum_;
  bool records_ = false;
};

}  // namespace

std::shared_ptr<Module> adopt(std::shared_ptr<torch::nn::Module> module) {
  auto* options = batch_norm_options(module.get());
  if (options && options->track_running_stats())
    return std::make_shared<AdoptedBatchNorm>(std::move(module), *options);
  return std::make_shared<AdoptedModule>(std::move(module));
}

}  // namespace sslhost
