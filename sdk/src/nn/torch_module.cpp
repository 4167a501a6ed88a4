// SPDX-License-Identifier: Apache-2.0
// LibTorch's modules as ours. The one file that includes their headers.
#include <functional>
#include <map>
#include <mutex>
#include <type_traits>

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/instancenorm.h>

#include "sslhost/nn/module.hpp"

namespace sslhost {

namespace {

/// Opens and closes a layer's running statistics. One that is closed normalizes by its batch in
/// training, and by what was recorded else, as ever; it records nothing.
using Gate = std::function<void(bool)>;

/// Empty: the module is another, or has none. Whoever calls LibTorch's own train() or eval() on the
/// layer, or on what holds it, is not seen here; so nothing that depends on them is changed.
template <class Layer>
Gate gate_of(torch::nn::Module& module) {
  auto* const layer = dynamic_cast<Layer*>(&module);
  if (layer == nullptr || !layer->options.track_running_stats()) return {};
  using Momentum = std::decay_t<decltype(layer->options.momentum())>;
  return [layer, momentum = layer->options.momentum(),
          counter = layer->num_batches_tracked](bool open) {
    layer->options.momentum(open ? momentum : Momentum(0));  // the old ones stay then, to the bit
    layer->num_batches_tracked = open ? counter : Tensor();  // nothing is counted
  };
}

template <class... Layers>
Gate first_gate(torch::nn::Module& module) {
  Gate found;
  (void)((found = gate_of<Layers>(module)) || ...);
  return found;
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

class AdoptedNorm final : public AdoptedModule, public RunningStatistics {
 public:
  AdoptedNorm(std::shared_ptr<torch::nn::Module> module, Gate gate)
      : AdoptedModule(std::move(module)), gate_(std::move(gate)) {
    gate_(false);
  }
  void record_statistics(bool on) override { gate_(on); }
  std::vector<Tensor> statistics() const override {
    std::vector<Tensor> all;
    for (const auto& tensor : buffers())
      if (tensor.is_floating_point()) all.push_back(tensor);
    return all;
  }

 private:
  Gate gate_;
};

std::shared_ptr<Module> wrapped(std::shared_ptr<torch::nn::Module> module) {
  using namespace torch::nn;
  if (auto gate = first_gate<BatchNorm1dImpl, BatchNorm2dImpl, BatchNorm3dImpl, InstanceNorm1dImpl,
                             InstanceNorm2dImpl, InstanceNorm3dImpl>(*module))
    return std::make_shared<AdoptedNorm>(std::move(module), std::move(gate));
  return std::make_shared<AdoptedModule>(std::move(module));
}

}  // namespace

// What is a part of two modules has one wrapper: a second would not know what the first one closed.
std::shared_ptr<Module> adopt(std::shared_ptr<torch::nn::Module> module) {
  static std::recursive_mutex mutex;  // wrapping adopts the parts
  static std::map<const torch::nn::Module*, std::weak_ptr<Module>> known;
  const std::lock_guard lock(mutex);
  std::erase_if(known, [](const auto& one) { return one.second.expired(); });
  const auto* const key = module.get();
  if (const auto found = known.find(key); found != known.end())
    if (auto there = found->second.lock()) return there;
  auto made = wrapped(std::move(module));
  known[key] = made;
  return made;
}

}  // namespace sslhost
