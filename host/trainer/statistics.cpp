// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/statistics.hpp"

#include <algorithm>

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

bool StatisticsGates::nothing_recorded() const {
  const auto wanted = [](const auto& gate) { return !gate->exempt; };
  const auto recorded = [](const auto& gate) { return gate->recorded; };
  return std::any_of(gates_.begin(), gates_.end(), wanted) &&
         std::none_of(gates_.begin(), gates_.end(), recorded);
}

void StatisticsGates::assume_recorded() {
  for (const auto& gate : gates_) gate->recorded = true;
}

}  // namespace sslhost::host
