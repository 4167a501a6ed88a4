// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/stepper.hpp"

#include <algorithm>
#include <stdexcept>

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/record_function.h>

#include "sslhost/training/random.hpp"

#include "host/trainer/pool_begin.hpp"

namespace sslhost::testing {

namespace {

thread_local bool paused = false;
thread_local std::set<std::string> seen_ops;

bool waits(const std::string& name) {
  static const std::set<std::string> waiting = {"aten::item",       "aten::_local_scalar_dense",
                                                "aten::nonzero",    "aten::masked_select",
                                                "aten::is_nonzero", "aten::equal",
                                                "aten::allclose",   "aten::_unique2",
                                                "aten::unique_dim", "aten::unique_consecutive"};
  return waiting.contains(name);
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
  if (waits(name)) seen_ops.insert(name);
  if (made_without_device(call)) seen_ops.insert(name + " without device");
  return nullptr;
}

void leave(const at::RecordFunction&, at::ObserverContext* context) {
  if (dynamic_cast<InsideFused*>(context)) --inside_fused;
}

void reverse(const Tensor& labels, const std::vector<int64_t>& ids, int64_t classes) {
  auto* values = labels.mutable_data_ptr<int64_t>();
  for (const auto id : ids) values[id] = classes - 1 - values[id];
}

}  // namespace

WaitObserver::WaitObserver() {
  seen_ops.clear();
  paused = false;
  handle_ =
      at::addThreadLocalCallback(at::RecordFunctionCallback(observe, leave).needsInputs(true));
}
WaitObserver::~WaitObserver() { at::removeCallback(handle_); }
void WaitObserver::pause(bool on) { paused = on; }
const std::set<std::string>& WaitObserver::seen() const { return seen_ops; }

Tensor WatchedStep::note(const Tensor& tensor) {
  given.emplace_back(tensor, static_cast<uint32_t>(tensor._version()));
  return tensor;
}

Labeled WatchedStep::labeled(Pick pick) {
  WaitObserver::pause(true);  // the host's own gathering on a CPU is not the method's affair
  const auto batch = host_.labeled(pick);
  WaitObserver::pause(false);
  return {note(batch.images), note(batch.labels)};
}

Tensor WatchedStep::unlabeled(Pick pick) {
  WaitObserver::pause(true);
  auto images = host_.unlabeled(pick);
  if (replace) images = replace(std::string(pick.stream), images);
  WaitObserver::pause(false);
  return note(images);
}

Tensor WatchedStep::index(Pick pick) {
  WaitObserver::pause(true);
  auto positions = host_.index(pick);
  WaitObserver::pause(false);
  return positions;
}

Stepper::Stepper(const std::string& method, const OptionTexts& more)
    : Stepper(small_run(method, more)) {}

Stepper::Stepper(const TrainRequest& request)
    : session_(host::open_session(host::make_plan(request))) {}

void Stepper::poison(bool labeled, bool others) {
  auto& data = session_.dataset;
  std::vector<int64_t> ids;
  for (int64_t id = 0; id < data.train.size(); ++id) {
    const auto& known = session_.split.labeled;
    const bool is_labeled = std::find(known.begin(), known.end(), id) != known.end();
    if (is_labeled ? labeled : others) ids.push_back(id);
  }
  const auto classes = static_cast<int64_t>(data.classes.size());
  reverse(data.train.labels, ids, classes);
  if (others && data.test.labels.defined()) data.test.labels = classes - 1 - data.test.labels;
  session_.data = host::place(data, session_.split, at::kCPU, session_.plan->settings.preparation);
}

void Stepper::each_phase(const std::function<void(const Phase&, host::TrainingStep&)>& use) {
  for (const auto& phase : phases()) {
    host::NonFiniteGuard guard(at::kCPU);
    host::MeanLog log(at::kCPU);
    host::TrainingStep step(phase, session_.data, *session_.registry, guard, log, 3);
    session_.registry->training_mode(true);
    detail::NoiseContext noise{.key = 1};
    detail::noise_context() = &noise;
    host::PoolBegin begin(phase, 0, session_.data, *session_.registry);
    session_.method->begin(begin);
    session_.method->prepare(begin);
    use(phase, step);
  }
}

void Stepper::refresh(const Phase& phase, int64_t iteration) {
  if (phase.refresh_every < 1 || iteration % phase.refresh_every != 0) return;
  host::PoolBegin begin(phase, iteration, session_.data, *session_.registry);
  session_.method->refresh(begin);
}

void Stepper::run(int64_t iterations, const Around& around) {
  each_phase([&](const Phase& phase, host::TrainingStep& step) {
    for (int64_t i = 0; i < std::min(iterations, phase.iterations); ++i) {
      refresh(phase, i);
      session_.registry->begin_iteration(i, phase.iterations);
      step.begin_iteration(i);
      WatchedStep watched(step);
      around(*session_.method, watched);
      step.end_iteration();
    }
  });
}

std::vector<std::string> Stepper::probed() {
  std::vector<std::string> all;
  each_phase([&](const Phase& phase, host::TrainingStep& step) {
    host::UnlabeledGradientCheck check(phase, at::kCPU);
    for (int64_t i = 0; i < phase.iterations; ++i) {
      refresh(phase, i);
      session_.registry->begin_iteration(i, phase.iterations);
      check.begin_iteration(i);
      step.begin_iteration(i, check.is_on() ? &check : nullptr);
      session_.method->step(step);
      step.end_iteration();
    }
    for (auto& verdict : check.findings()) all.push_back(std::move(verdict));
  });
  return all;
}

std::vector<Tensor> Stepper::parameters() const {
  std::vector<Tensor> all;
  for (const auto& [name, tensor] : session_.registry->tensors())
    if (tensor.is_floating_point() && name.find(".running_") == name.npos)
      all.push_back(tensor.clone());
  return all;
}

Tensor Stepper::tensor(const std::string& name) const {
  for (const auto& [other, tensor] : session_.registry->tensors())
    if (other == name) return tensor;
  throw std::runtime_error("no tensor " + name);
}

}  // namespace sslhost::testing
