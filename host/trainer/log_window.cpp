// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/log_window.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

namespace sslhost::host {

LogWindow::Entry& LogWindow::entry(std::string_view name) {
  for (auto& entry : entries_)
    if (entry.name == name) return entry;
  return entries_.emplace_back(
      Entry{std::string(name), at::zeros({}, at::dtype(at::kDouble).device(device_)), 0});
}

void LogWindow::add(std::string_view name, const Tensor& value) {
  TORCH_CHECK(value.dim() == 0, "log '", name, "': expected a scalar [], found ", value.sizes());
  at::NoGradGuard no_grad;
  auto& e = entry(name);
  if (value.device().is_cpu() && value.scalar_type() == at::kFloat)
    *e.sum.mutable_data_ptr<double>() += *value.const_data_ptr<float>();
  else
    e.sum.add_(value.detach());
  ++e.count;
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

NamedTensors LogWindow::state() const {
  NamedTensors all;
  for (const auto& e : entries_) {
    auto pair = at::empty({2}, at::kDouble);
    pair.mutable_data_ptr<double>()[0] = e.sum.item<double>();
    pair.mutable_data_ptr<double>()[1] = static_cast<double>(e.count);
    all.emplace_back(e.name, pair);
  }
  return all;
}

void LogWindow::restore(const NamedTensors& state) {
  entries_.clear();
  for (const auto& [name, pair] : state) {
    auto& e = entry(name);
    e.sum.fill_(pair.const_data_ptr<double>()[0]);
    e.count = static_cast<int64_t>(pair.const_data_ptr<double>()[1]);
  }
}

}  // namespace sslhost::host
