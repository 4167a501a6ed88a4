// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/mean_log.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

namespace sslhost::host {

MeanLog::Entry MeanLog::empty(std::string_view name) const {
  auto pair = at::zeros({2}, at::dtype(at::kDouble).device(device_));
  return {std::string(name), pair, pair[0], pair[1]};
}

MeanLog::Entry& MeanLog::entry(std::string_view name) {
  for (auto& entry : entries_)
    if (entry.name == name) return entry;
  return entries_.emplace_back(empty(name));
}

void MeanLog::add_to(Entry& e, const Tensor& value) {
  if (e.pair.is_cpu() && value.is_cpu() && value.scalar_type() == at::kFloat) {
    auto* pair = e.pair.mutable_data_ptr<double>();  // operators would cost more than the sum
    pair[0] += *value.const_data_ptr<float>();
    pair[1] += 1;
  } else {  // in a run on a GPU a method may log a number from the CPU
    e.sum.add_(value.detach());
    e.count.add_(1);
  }
}

/// The mean, where anything was added; then it begins anew.
std::optional<double> MeanLog::take(Entry& e) {
  const auto pair = e.pair.cpu();
  const double sum = pair.const_data_ptr<double>()[0], count = pair.const_data_ptr<double>()[1];
  if (count == 0) return std::nullopt;
  e.pair.zero_();
  return sum / count;
}

void MeanLog::add(std::string_view name, const Tensor& value) {
  TORCH_CHECK(value.dim() == 0, "log '", name, "': expected a scalar [], found ", value.sizes());
  at::NoGradGuard no_grad;
  add_to(entry(name), value);
  if (monitored_ && monitored_->name == name) add_to(*monitored_, value);
}

std::vector<std::pair<std::string, double>> MeanLog::take() {
  std::vector<std::pair<std::string, double>> means;
  for (auto& e : entries_)
    if (const auto mean = take(e)) means.emplace_back(e.name, *mean);
  return means;
}

NamedTensors MeanLog::state() const {
  NamedTensors all;
  for (const auto& e : entries_) all.emplace_back(e.name, e.pair.cpu().clone());
  return all;
}

void MeanLog::restore(const NamedTensors& state) {
  entries_.clear();
  for (const auto& [name, pair] : state) entry(name).pair.copy_(pair);
}

void MeanLog::monitor(std::string_view name) {
  monitored_.reset();
  if (!name.empty()) monitored_ = empty(name);
}

std::optional<double> MeanLog::take_monitored() {
  return monitored_ ? take(*monitored_) : std::nullopt;
}

NamedTensors MeanLog::monitored_state() const {
  return monitored_ ? NamedTensors{{monitored_->name, monitored_->pair.cpu().clone()}}
                    : NamedTensors{};
}

void MeanLog::restore_monitored(const NamedTensors& state) {
  for (const auto& [name, pair] : state)
    if (monitored_ && monitored_->name == name) monitored_->pair.copy_(pair);
}

}  // namespace sslhost::host
