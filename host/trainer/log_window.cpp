// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/log_window.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

namespace sslhost::host {

LogWindow::Entry LogWindow::empty(std::string_view name) const {
  return {std::string(name), at::zeros({}, at::dtype(at::kDouble).device(device_)), 0};
}

LogWindow::Entry& LogWindow::entry(std::string_view name) {
  for (auto& entry : entries_)
    if (entry.name == name) return entry;
  return entries_.emplace_back(empty(name));
}

void LogWindow::add_to(Entry& e, const Tensor& value) {
  // Where reading is no wait. In a run on a GPU a method may log a number from the CPU.
  const bool at_hand = e.sum.is_cpu() && value.is_cpu();
  if (at_hand && value.scalar_type() == at::kFloat)
    *e.sum.mutable_data_ptr<double>() += *value.const_data_ptr<float>();
  else
    e.sum.add_(value.detach());
  ++e.count;
}

void LogWindow::add(std::string_view name, const Tensor& value) {
  TORCH_CHECK(value.dim() == 0, "log '", name, "': expected a scalar [], found ", value.sizes());
  at::NoGradGuard no_grad;
  add_to(entry(name), value);
  if (followed_ && followed_->name == name) add_to(*followed_, value);
}

std::vector<std::pair<std::string, double>> LogWindow::take() {
  std::vector<std::pair<std::string, double>> means;
  for (auto& e : entries_) {
    if (e.count > 0)
      means.emplace_back(e.name, e.sum.item<double>() / static_cast<double>(e.count));
    e.sum.zero_();
    e.count = 0;
  }
  return means;
}

std::pair<std::string, Tensor> LogWindow::state_of(const Entry& e) {
  auto pair = at::empty({2}, at::kDouble);
  pair.mutable_data_ptr<double>()[0] = e.sum.item<double>();
  pair.mutable_data_ptr<double>()[1] = static_cast<double>(e.count);
  return {e.name, pair};
}

void LogWindow::restore_into(Entry& e, const Tensor& pair) {
  e.sum.fill_(pair.const_data_ptr<double>()[0]);
  e.count = static_cast<int64_t>(pair.const_data_ptr<double>()[1]);
}

NamedTensors LogWindow::state() const {
  NamedTensors all;
  for (const auto& e : entries_) all.push_back(state_of(e));
  return all;
}

void LogWindow::restore(const NamedTensors& state) {
  entries_.clear();
  for (const auto& [name, pair] : state) restore_into(entry(name), pair);
}

void LogWindow::follow(std::string_view name) {
  followed_.reset();
  if (!name.empty()) followed_ = empty(name);
}

std::optional<double> LogWindow::take_followed() {
  if (!followed_ || followed_->count == 0) return std::nullopt;
  const double mean = followed_->sum.item<double>() / static_cast<double>(followed_->count);
  follow(std::string(followed_->name));
  return mean;
}

NamedTensors LogWindow::followed_state() const {
  return followed_ ? NamedTensors{state_of(*followed_)} : NamedTensors{};
}

void LogWindow::restore_followed(const NamedTensors& state) {
  for (const auto& [name, pair] : state)
    if (followed_ && followed_->name == name) restore_into(*followed_, pair);
}

}  // namespace sslhost::host
