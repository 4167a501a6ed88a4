// SPDX-License-Identifier: Apache-2.0
#include "host/validate/stepper.hpp"

#include <algorithm>
#include <stdexcept>

#include "sslhost/training/random.hpp"

#include "host/loading/guard.hpp"
#include "host/model/evaluation_mode.hpp"
#include "host/trainer/pool_begin.hpp"
#include "host/trainer/unlabeled_gradient_check.hpp"

namespace sslhost::host {

namespace {

void reverse(const Tensor& labels, const std::vector<int64_t>& ids, int64_t classes) {
  auto* values = labels.mutable_data_ptr<int64_t>();
  for (const auto id : ids) values[id] = classes - 1 - values[id];
}

}  // namespace

Tensor logits_of(Session& session, const Tensor& images) {
  return guarded(session.plan->settings.plugin, "predict", -1, [&] {
    const auto* named = session.registry->predictor();
    return (named ? Network(named->backbone)(images) : session.method->predict(images)).clone();
  });
}

Stepper::Stepper(const TrainRequest& request) : session_(open_session(make_plan(request))) {}

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
  const auto precision = session_.data.task.precision;
  session_.data = place(data, session_.split, device(), session_.plan->settings.preparation);
  session_.data.task.precision = precision;
}

Tensor Stepper::logits(int64_t samples) {
  const auto& test = session_.data.test;
  const auto images = gather(test.data, test.rows.narrow(0, 0, samples), test.scale);
  const EvaluationMode mode(*session_.registry);
  return logits_of(session_, images).cpu();
}

void Stepper::each_phase(const Use& use) {
  const auto& id = session_.plan->settings.plugin;
  for (const auto& phase : phases()) {
    NonFiniteGuard guard(device());
    MeanLog log(device());
    TrainingStep step(phase, session_.data, *session_.registry, guard, log, 3);
    session_.registry->training_mode(true);
    detail::NoiseContext noise{.key = 1};
    detail::noise_context() = &noise;
    using Modules = PoolBegin::Modules;
    {
      PoolBegin begin(phase, 0, session_.data, *session_.registry, Modules::as_they_are);
      guarded(id, "begin", -1, [&] { session_.method->begin(begin); });
    }
    session_.registry->begin_phase();
    {
      PoolBegin begin(phase, 0, session_.data, *session_.registry, Modules::evaluating);
      guarded(id, "prepare", -1, [&] { session_.method->prepare(begin); });
    }
    session_.registry->statistics().remember();
    use(phase, step, guard);
    if (!bad_) bad_ = guard.read();
  }
}

void Stepper::refresh(const Phase& phase, int64_t iteration) {
  if (phase.refresh_every < 1 || iteration % phase.refresh_every != 0) return;
  detail::NoiseContext noise{.key = random::Key(2).mixed(static_cast<uint64_t>(iteration))};
  detail::noise_context() = &noise;
  const detail::ScopeEnd forget([] { detail::noise_context() = nullptr; });
  PoolBegin begin(phase, iteration, session_.data, *session_.registry,
                  PoolBegin::Modules::evaluating);
  guarded(session_.plan->settings.plugin, "refresh", iteration + 1,
          [&] { session_.method->refresh(begin); });
}

void Stepper::run(int64_t iterations, const Around& around) {
  StepHabits habits(*session_.registry);
  each_phase([&](const Phase& phase, TrainingStep& step, NonFiniteGuard& guard) {
    habits.begin_phase(phase, /*last=*/phase.name == session_.phases.back().name);
    for (int64_t i = 0; i < std::min(iterations, phase.iterations); ++i) {
      refresh(phase, i);
      session_.registry->begin_iteration(i, phase.iterations);
      step.begin_iteration(i, nullptr, &habits);
      WatchedStep watched(step);
      guarded(session_.plan->settings.plugin, "step", i + 1,
              [&] { around(*session_.method, watched); });
      step.end_iteration();
      session_.registry->end_iteration(guard.found_inf());
    }
    for (auto& text : habits.findings(/*over=*/true)) findings_.push_back(std::move(text));
  });
}

std::vector<std::string> Stepper::probed() {
  std::vector<std::string> all;
  each_phase([&](const Phase& phase, TrainingStep& step, NonFiniteGuard& guard) {
    UnlabeledGradientCheck check(phase, device());
    for (int64_t i = 0; i < phase.iterations; ++i) {
      refresh(phase, i);
      session_.registry->begin_iteration(i, phase.iterations);
      check.begin_iteration(i);
      step.begin_iteration(i, check.is_on() ? &check : nullptr);
      guarded(session_.plan->settings.plugin, "step", i + 1, [&] { session_.method->step(step); });
      step.end_iteration();
      session_.registry->end_iteration(guard.found_inf());
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

}  // namespace sslhost::host
