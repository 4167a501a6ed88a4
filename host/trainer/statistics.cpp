// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/statistics.hpp"

#include <algorithm>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_copy.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/where.h>
#include <torch/nn/modules/batchnorm.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

struct StatisticsGates::Gate {
  torch::nn::Module* module = nullptr;
  torch::nn::BatchNormOptions* options = nullptr;
  std::optional<double> momentum;
  bool recorded = false, exempt = false;

  void set(bool open) const {
    options->momentum(open ? momentum : 0.0);  // with weight 0 the old statistics stay, to the bit
    options->track_running_stats(open);        // keeps the count of batches from rising
  }
};

namespace {

torch::nn::BatchNormOptions* batch_norm_options(torch::nn::Module* module) {
  if (auto* layer = dynamic_cast<torch::nn::BatchNorm1dImpl*>(module)) return &layer->options;
  if (auto* layer = dynamic_cast<torch::nn::BatchNorm2dImpl*>(module)) return &layer->options;
  if (auto* layer = dynamic_cast<torch::nn::BatchNorm3dImpl*>(module)) return &layer->options;
  return nullptr;
}

std::vector<Tensor> flat(const std::vector<Tensor>& tensors) {
  std::vector<Tensor> all;
  for (const auto& tensor : tensors) all.push_back(tensor.flatten());
  return all;
}

}  // namespace

void StatisticsGates::add(torch::nn::Module& module) {
  for (const auto& part : module.modules()) {
    auto* options = batch_norm_options(part.get());
    if (!options || !options->track_running_stats()) continue;
    auto gate = std::make_shared<Gate>();
    gate->module = part.get();
    gate->options = options;
    gate->momentum = options->momentum();
    gates_.push_back(std::move(gate));
    for (const auto& b : part->named_buffers(/*recurse=*/false))
      if (b.value().is_floating_point()) running_.push_back(b.value());
  }
}

std::vector<std::shared_ptr<StatisticsGates::Gate>> StatisticsGates::below(
    torch::nn::Module& module) {
  auto found = cache_.find(&module);
  if (found != cache_.end()) return found->second;
  std::vector<std::shared_ptr<Gate>> gates;
  for (const auto& part : module.modules())
    for (const auto& gate : gates_)
      if (gate->module == part.get()) gates.push_back(gate);
  return cache_.emplace(&module, std::move(gates)).first->second;
}

void StatisticsGates::exempt(torch::nn::Module& module) {
  for (const auto& gate : below(module)) gate->exempt = true;
}

void StatisticsGates::close_all() {
  for (const auto& gate : gates_) gate->set(false);
}

void StatisticsGates::open_all() {
  for (const auto& gate : gates_) gate->set(true);
}

StatisticsScope StatisticsGates::open(torch::nn::Module& module) {
  auto gates = below(module);
  std::set<torch::nn::Module*> wanted = {
      &module};  // even without batch norm: another --model may have it
  for (const auto& gate : gates) wanted.insert(gate->module);
  for (auto* part : wanted)
    if (!opened_.insert(part).second)
      throw Error(ExitCode::plugin, {"Step::track", "one scope a step for each module",
                                     "a second one", "put the passes that record into one scope"});
  for (const auto& gate : gates) {
    gate->set(true);
    gate->recorded = true;
  }
  return StatisticsScope([gates] {
    for (const auto& gate : gates) gate->set(false);
  });
}

void StatisticsGates::remember() {
  if (running_.empty()) return;
  at::NoGradGuard no_grad;
  whole_ = at::cat(flat(running_));
  std::vector<int64_t> sizes;
  for (const auto& tensor : running_) sizes.push_back(tensor.numel());
  remembered_ = whole_.split_with_sizes(sizes);
  for (size_t i = 0; i < running_.size(); ++i)
    remembered_[i] = remembered_[i].view(running_[i].sizes());
}

void StatisticsGates::settle(const Tensor& skip) {
  if (running_.empty()) return;
  if (!whole_.defined()) return remember();
  at::NoGradGuard no_grad;
  if (skip.is_cpu()) {  // reading is no wait here
    const bool bad = *skip.const_data_ptr<float>() != 0;
    at::_foreach_copy_(bad ? running_ : remembered_, bad ? remembered_ : running_);
    return;
  }
  // A few launches, however many layers there are.
  whole_.copy_(at::where(skip > 0, whole_, at::cat(flat(running_))));
  at::_foreach_copy_(running_, remembered_);
}

bool StatisticsGates::none_recorded(const std::vector<std::shared_ptr<Gate>>& gates) {
  const auto wanted = [](const auto& gate) { return !gate->exempt; };
  const auto recorded = [](const auto& gate) { return gate->recorded; };
  return std::any_of(gates.begin(), gates.end(), wanted) &&
         std::none_of(gates.begin(), gates.end(), recorded);
}

bool StatisticsGates::nothing_recorded() const { return none_recorded(gates_); }

bool StatisticsGates::nothing_recorded(torch::nn::Module& module) {
  return none_recorded(below(module));
}

void StatisticsGates::assume_recorded() {
  for (const auto& gate : gates_) gate->recorded = true;
}

}  // namespace sslhost::host
