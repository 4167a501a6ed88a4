// SPDX-License-Identifier: Apache-2.0
#include "host/validate/wait_observer.hpp"

#include <algorithm>
#include <memory>

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/record_function.h>

#include "host/device/waiting_operators.hpp"

namespace sslhost::host {

namespace {

thread_local bool paused = false;
thread_local std::set<std::string> seen_waits, seen_factories;

/// Seen where they are called, before they become others.
bool waits(const std::string& name) {
  static const std::set<std::string> more = {"aten::item", "aten::_local_scalar_dense",
                                             "aten::is_nonzero", "aten::allclose"};
  return waits_for_numbers(name) || more.contains(name);
}

/// A factory (no tensor among its arguments) whose device was left open: it lands on the CPU,
/// wherever the method trains.
bool made_without_device(const at::RecordFunction& call) {
  const auto schema = call.operator_schema();
  if (!schema) return false;
  const auto inputs = call.inputs();
  const auto& arguments = schema->arguments();
  bool open = false;
  for (size_t i = 0; i < std::min(arguments.size(), inputs.size()); ++i) {
    if (inputs[i].isTensor()) return false;
    if (arguments[i].name() == "device" && inputs[i].isNone()) open = true;
  }
  return open;
}

/// LibTorch's fused optimizers read their rate and step count on a CPU, and on a CPU alone.
struct InsideFused : at::ObserverContext {};
thread_local int inside_fused = 0;

std::unique_ptr<at::ObserverContext> observe(const at::RecordFunction& call) {
  if (paused) return nullptr;
  const std::string name = call.name();
  if (name.starts_with("aten::_fused_")) {
    ++inside_fused;
    return std::make_unique<InsideFused>();
  }
  if (inside_fused > 0) return nullptr;
  if (waits(name)) seen_waits.insert(name);
  if (made_without_device(call)) seen_factories.insert(name);
  return nullptr;
}

void leave(const at::RecordFunction&, at::ObserverContext* context) {
  if (dynamic_cast<InsideFused*>(context)) --inside_fused;
}

}  // namespace

WaitObserver::WaitObserver() {
  seen_waits.clear();
  seen_factories.clear();
  paused = false;
  handle_ =
      at::addThreadLocalCallback(at::RecordFunctionCallback(observe, leave).needsInputs(true));
}
WaitObserver::~WaitObserver() { at::removeCallback(handle_); }
WaitObserver::Pause::Pause() { paused = true; }
WaitObserver::Pause::~Pause() { paused = false; }
const std::set<std::string>& WaitObserver::waits() const { return seen_waits; }
const std::set<std::string>& WaitObserver::without_device() const { return seen_factories; }

}  // namespace sslhost::host
