// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/recorded_steps.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/equal.h>
#include <c10/util/Exception.h>

namespace sslhost::host {

namespace {

/// Steps before a recording: libraries choose kernels and make their work space in the first.
constexpr int64_t kWarmUp = 3;

NamedTensors copies(const NamedTensors& tensors) {
  NamedTensors all;
  for (const auto& [name, tensor] : tensors) all.emplace_back(name, tensor.detach().clone());
  return all;
}

void put_back(const NamedTensors& tensors, const NamedTensors& values) {
  const at::NoGradGuard no_gradient;
  for (size_t i = 0; i < tensors.size(); ++i) tensors[i].second.detach().copy_(values[i].second);
}

}  // namespace

RecordedSteps::RecordedSteps(c10::Device device, bool promised, State state)
    : device_(device),
      state_(std::move(state)),
      stage_(promised && !device.is_cpu() ? Stage::making : Stage::never) {}

std::string RecordedSteps::run(const Step& step, bool watched, const Step& begin) {
  if (stage_ == Stage::never || watched) {
    step();
    return {};
  }
  switch (stage_) {
    case Stage::making:
      if (made_ >= kWarmUp) return record(step, begin);
      step();
      ++made_;
      return {};
    case Stage::recorded:
      return compare(step);
    case Stage::replaying:
      graph_->replay();
      return {};
    case Stage::never:
      break;  // made above
  }
  return {};
}

std::string RecordedSteps::record(const Step& step, const Step& begin) {
  graph_ = make_step_graph(device_);
  const auto tensors = state_();
  const auto before = copies(tensors);
  try {
    graph_->record(step);
  } catch (const c10::Error& error) {
    put_back(tensors, before);
    begin();
    step();
    const std::string text = error.what_without_backtrace();
    return give_up("cannot be recorded: " + text.substr(0, text.find('\n')));
  }
  stage_ = Stage::recorded;
  return {};
}

std::string RecordedSteps::compare(const Step& step) {
  const auto tensors = state_();
  const auto before = copies(tensors);
  step();
  const auto made = copies(tensors);
  put_back(tensors, before);
  graph_->replay();
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (at::equal(tensors[i].second.nan_to_num(), made[i].second.nan_to_num())) continue;
    put_back(tensors, made);
    return give_up("gives other bits when it is replayed, first in '" + tensors[i].first + "'");
  }
  stage_ = Stage::replaying;
  return {};
}

std::string RecordedSteps::give_up(const std::string& why) {
  stage_ = Stage::never;
  graph_.reset();
  return "its step " + why + "; steps are made one by one";
}

void RecordedSteps::forget() {
  if (stage_ == Stage::never) return;
  stage_ = Stage::making;
  graph_.reset();
}

}  // namespace sslhost::host
