// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/mean_log.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

#include "host/operators/operators.hpp"
#include "host/parallel/means.hpp"

namespace sslhost::host {

namespace {
constexpr int64_t kMost = 1000;  // values of one name: a line each in every row of the CSV
}

MeanLog::Entry MeanLog::empty(std::string_view name, IntArrayRef shape) const {
  auto sizes = shape.vec();
  sizes.insert(sizes.begin(), 2);
  auto pair = at::zeros(sizes, at::dtype(at::kDouble).device(device_));
  return {std::string(name), pair, pair[0], pair[1]};
}

MeanLog::Entry& MeanLog::entry(std::string_view name, IntArrayRef shape) {
  for (auto& entry : entries_) {
    if (entry.name != name) continue;
    TORCH_CHECK(entry.sum.sizes() == shape, "log '", name, "': expected ", entry.sum.sizes(),
                " as before, found ", shape);
    return entry;
  }
  return entries_.emplace_back(empty(name, shape));
}

/// The means, where anything was added; then they begin anew.
std::vector<double> MeanLog::take(Entry& e) {
  const auto pair = e.pair.cpu();
  const auto values = pair.numel() / 2;
  const auto *sums = pair.const_data_ptr<double>(), *counts = sums + values;
  if (values == 0 || counts[0] == 0) return {};
  std::vector<double> means;
  for (int64_t i = 0; i < values; ++i) means.push_back(sums[i] / counts[i]);
  e.pair.zero_();
  return means;
}

void MeanLog::add(std::string_view name, const Tensor& value) {
  TORCH_CHECK(value.dim() == 0 || (value.dim() == 1 && value.numel() <= kMost), "log '", name,
              "': expected a scalar [], or [K] of at most ", kMost, " values, found ",
              value.sizes());
  operators::add_to_mean(entry(name, value.sizes()).pair, value);
  if (monitored_ && monitored_->name == name && value.dim() == 0)
    operators::add_to_mean(monitored_->pair, value);
}

void MeanLog::add_fraction(std::string_view name, const Tensor& part, const Tensor& whole) {
  at::NoGradGuard no_grad;
  auto& e = entry(name, {});
  e.sum.add_(part);
  e.count.add_(whole);
}

void MeanLog::share(detail::Ranks& ranks) {
  const auto own = tensors();
  std::vector<Tensor> means;
  for (const auto& [name, pair] : own) means.push_back(pair);
  average(means, ranks);  // sums as well as counts: what is shared twice is what it was
  for (size_t i = 0; i < own.size(); ++i) own[i].second.copy_(means[i]);
}

std::vector<std::pair<std::string, double>> MeanLog::take() {
  std::vector<std::pair<std::string, double>> means;
  for (auto& e : entries_) {
    const bool one = e.sum.dim() == 0;
    const auto found = take(e);
    for (size_t i = 0; i < found.size(); ++i)
      means.emplace_back(one ? e.name : e.name + "_" + std::to_string(i), found[i]);
  }
  return means;
}

NamedTensors MeanLog::state() const {
  NamedTensors all;
  for (const auto& e : entries_) all.emplace_back(e.name, e.pair.cpu().clone());
  return all;
}

NamedTensors MeanLog::tensors() const {
  NamedTensors all;
  for (const auto& e : entries_) all.emplace_back("mean of " + e.name, e.pair);
  if (monitored_) all.emplace_back("monitored " + monitored_->name, monitored_->pair);
  return all;
}

void MeanLog::restore(const NamedTensors& state) {
  entries_.clear();
  for (const auto& [name, pair] : state) entry(name, pair.sizes().slice(1)).pair.copy_(pair);
}

void MeanLog::monitor(std::string_view name) {
  monitored_.reset();
  if (!name.empty()) monitored_ = empty(name, {});
}

std::optional<double> MeanLog::take_monitored() {
  if (!monitored_) return std::nullopt;
  const auto means = take(*monitored_);
  return means.empty() ? std::nullopt : std::optional(means.front());
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
