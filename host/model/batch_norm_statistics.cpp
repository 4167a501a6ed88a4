// SPDX-License-Identifier: Apache-2.0
#include "host/model/batch_norm_statistics.hpp"

#include <algorithm>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_copy.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/where.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

std::vector<Tensor> flat(const std::vector<Tensor>& tensors) {
  std::vector<Tensor> all;
  for (const auto& tensor : tensors) all.push_back(tensor.flatten());
  return all;
}

}  // namespace

void BatchNormStatistics::add(Module& module) {
  for (const auto& part : module.named_modules()) {
    auto* statistics = dynamic_cast<RunningStatistics*>(part.module);
    if (!statistics) continue;
    layers_.push_back(std::make_shared<Layer>(Layer{part.module, statistics}));
    for (const auto& tensor : statistics->statistics()) running_.push_back(tensor);
  }
}

const BatchNormStatistics::Layers& BatchNormStatistics::below(Module& module) {
  const auto known = cache_.find(&module);
  if (known != cache_.end()) return known->second;
  Layers layers;
  for (const auto& part : module.named_modules())
    for (const auto& layer : layers_)
      if (layer->module == part.module) layers.push_back(layer);
  return cache_.emplace(&module, std::move(layers)).first->second;
}

void BatchNormStatistics::exempt(Module& module) {
  for (const auto& layer : below(module)) layer->exempt = true;
}

StatisticsScope BatchNormStatistics::open(Module& module) {
  const auto& layers = below(module);
  std::set<Module*> wanted = {&module};  // even without batch norm: another --model may have it
  for (const auto& layer : layers) wanted.insert(layer->module);
  for (auto* part : wanted)
    if (!opened_.insert(part).second)
      throw Error(ExitCode::plugin, {"Step::record_statistics", "one scope a step for each module",
                                     "a second one", "put the passes that record into one scope"});
  for (const auto& layer : layers) {
    layer->statistics->record_statistics(true);
    layer->recorded = true;
  }
  return StatisticsScope([&layers] {
    for (const auto& layer : layers) layer->statistics->record_statistics(false);
  });
}

void BatchNormStatistics::remember() {
  if (running_.empty()) return;
  at::NoGradGuard no_grad;
  whole_ = at::cat(flat(running_));
  std::vector<int64_t> sizes;
  for (const auto& tensor : running_) sizes.push_back(tensor.numel());
  remembered_ = whole_.split_with_sizes(sizes);
  for (size_t i = 0; i < running_.size(); ++i)
    remembered_[i] = remembered_[i].view(running_[i].sizes());
}

void BatchNormStatistics::settle(const Tensor& found_inf) {
  if (running_.empty()) return;
  if (!whole_.defined()) return remember();
  at::NoGradGuard no_grad;
  if (found_inf.is_cpu()) {  // a CPU is not waited for
    const bool bad = *found_inf.const_data_ptr<float>() != 0;
    at::_foreach_copy_(bad ? running_ : remembered_, bad ? remembered_ : running_);
    return;
  }
  // A few launches, however many layers there are.
  whole_.copy_(at::where(found_inf > 0, whole_, at::cat(flat(running_))));
  at::_foreach_copy_(running_, remembered_);
}

bool BatchNormStatistics::none_recorded(const Layers& layers) {
  const auto wanted = [](const auto& layer) { return !layer->exempt; };
  const auto recorded = [](const auto& layer) { return layer->recorded; };
  return std::any_of(layers.begin(), layers.end(), wanted) &&
         std::none_of(layers.begin(), layers.end(), recorded);
}

bool BatchNormStatistics::nothing_recorded() const { return none_recorded(layers_); }

bool BatchNormStatistics::nothing_recorded(Module& module) { return none_recorded(below(module)); }

void BatchNormStatistics::assume_recorded() {
  for (const auto& layer : layers_) layer->recorded = true;
}

}  // namespace sslhost::host
