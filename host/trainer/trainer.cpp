// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/trainer.hpp"

#include <algorithm>
#include <chrono>

#include <ATen/core/grad_mode.h>

#include "sslhost/random.hpp"
#include "sslhost/watch.hpp"

#include "host/device/device.hpp"
#include "host/plugins/guard.hpp"
#include "host/trainer/pool_begin.hpp"

namespace sslhost::host {

/// Adds the time since it was made, or since take(), to a sum, with the device idle at both ends.
class Trainer::Stopwatch {
 public:
  explicit Stopwatch(c10::Device device) : device_(device) { restart(); }
  void restart() {
    synchronize(device_);
    start_ = std::chrono::steady_clock::now();
  }
  void add_to(double& sum) {
    const auto before = start_;
    restart();
    sum += std::chrono::duration<double>(start_ - before).count();
  }

 private:
  c10::Device device_;
  std::chrono::steady_clock::time_point start_;
};

Trainer::Trainer(Method& method, std::string id, const RunData& data, Assembly& assembly,
                 const Settings& settings, TrainerEvents& events, const std::atomic<bool>& stop)
    : method_(method),
      id_(std::move(id)),
      data_(data),
      assembly_(assembly),
      settings_(settings),
      events_(events),
      stop_(stop),
      losses_(assembly.task().device),
      log_(assembly.task().device) {
  phases_ = guarded(id_, "phases", -1, [&] { return method_.phases(assembly_.task()); });
  if (phases_.empty())
    throw Error(ExitCode::plugin,
                {"method " + id_ + ", phases()", "at least one phase", "none", "mend the method"});
}

int64_t Trainer::planned_iterations() const {
  int64_t sum = 0;
  for (const auto& phase : phases_) sum += phase.iterations;
  return sum;
}

void Trainer::restore(const Checkpoint& c, const std::filesystem::path& path) {
  copy_into(assembly_.model_tensors(), c.model, path);
  copy_into(assembly_.optimizer_tensors(), c.optimizers, path);
  position_ = c.position;
  best_ = c.best;
  log_.restore(c.log_window);
  assembly_.statistics().assume_recorded();
}

Trainer::Outcome Trainer::run() {
  bool stopped = false;
  while (position_.phase < static_cast<int64_t>(phases_.size()) && !stopped) {
    run_phase(phases_[static_cast<size_t>(position_.phase)], stopped);
    if (stopped) break;
    ++position_.phase;
    position_.iteration = 0;
  }
  return stopped ? Outcome::stopped : Outcome::finished;
}

void Trainer::begin_phase(const Phase& phase, bool resumed) {
  detail::NoiseContext noise{.key = random::mix(static_cast<uint64_t>(settings_.seed),
                                                random::name_key("begin " + phase.name))};
  detail::noise_context() = &noise;
  const detail::ScopeEnd forget([] { detail::noise_context() = nullptr; });
  PoolBegin begin(phase, data_);
  if (!resumed) guarded(id_, "begin", -1, [&] { method_.begin(begin); });
  guarded(id_, "prepare", -1, [&] { method_.prepare(begin); });
}

void Trainer::run_phase(const Phase& phase, bool& stopped) {
  Stopwatch watch(assembly_.task().device);
  TrainingStep step(phase, data_, assembly_, losses_, log_, static_cast<uint64_t>(settings_.seed));
  UnlabeledProbe probe(phase, assembly_.task().device);
  assembly_.training_mode(true);
  begin_phase(phase, /*resumed=*/position_.iteration > 0);
  while (position_.iteration < phase.iterations) {
    iterate(step, probe, position_.iteration);
    ++position_.iteration;
    ++position_.total;
    after_iteration(phase, watch);
    if (due(position_.iteration, settings_.log_every, phase.iterations))
      for (const auto& text : probe.verdicts()) warn("method " + id_ + ", " + text);
    if (stop_.load(std::memory_order_relaxed) && position_.iteration < phase.iterations) {
      watch.add_to(position_.seconds);
      check_losses();
      events_.checkpoint(snapshot());
      stopped = true;
      return;
    }
  }
  watch.add_to(position_.seconds);
}

void Trainer::iterate(TrainingStep& step, UnlabeledProbe& probe, int64_t iteration) {
  const auto& phase = phases_[static_cast<size_t>(position_.phase)];
  assembly_.set_rates(iteration, phase.iterations);
  probe.begin_iteration(iteration);
  step.begin_iteration(iteration, probe.looking() ? &probe : nullptr);
  guarded(id_, "step", iteration, [&] { method_.step(step); });
  step.end_iteration();
}

bool Trainer::due(int64_t done, int64_t every, int64_t length) const {
  return done == length || (every > 0 && done % every == 0);
}

void Trainer::after_iteration(const Phase& phase, Stopwatch& watch) {
  const auto done = position_.iteration;
  const auto eval_every =
      settings_.eval_every > 0 ? settings_.eval_every : std::max<int64_t>(1, phase.iterations / 10);
  const bool shows = due(done, eval_every, phase.iterations);
  const bool evaluates = shows && phase.evaluate;
  const bool logs = due(done, settings_.log_every, phase.iterations);
  const bool saves = settings_.checkpoint_every > 0 && done < phase.iterations &&
                     done % settings_.checkpoint_every == 0;
  if (!logs && !shows && !saves) return;

  watch.add_to(position_.seconds);
  check_losses();
  if (logs || evaluates) {
    MetricsRow row{.iteration = position_.total,
                   .phase = phase.name,
                   .seconds = position_.seconds,
                   .values = {}};
    row.values = log_.take();
    judge(row);
    if (evaluates) measure(row);
    events_.metrics(row, position_, planned_iterations());
  }
  if (shows) show();
  if (saves) events_.checkpoint(snapshot());
  watch.restart();  // evaluation and files are not training time
}

void Trainer::judge(const MetricsRow& row) {
  const auto* watch = static_cast<const Watch*>(method_.ability(Watch::kAbility));
  if (!watch) return;
  const auto text = guarded(id_, "judge", position_.iteration,
                            [&] { return watch->judge(row.values, position_.iteration); });
  if (text) warn(*text);
}

void Trainer::warn(const std::string& text) {
  if (warned_.insert(text).second) events_.warning(text);
}

void Trainer::measure(MetricsRow& row) {
  Stopwatch watch(assembly_.task().device);
  if (data_.validation.size() > 0) {
    const auto validation = evaluate(data_.validation);
    row.values.emplace_back("validation_error", validation.error());
    row.values.emplace_back("validation_loss", validation.loss);
    keep_if_best(validation.error());
  }
  const auto test = evaluate(data_.test);
  row.values.emplace_back("test_error", test.error());
  row.values.emplace_back("test_loss", test.loss);
  watch.add_to(position_.evaluation_seconds);
}

std::vector<Figure> Trainer::figures() {
  if (!settings_.pictures) return {};
  EvaluationMode mode(assembly_);
  const bool finished = position_.phase == static_cast<int64_t>(phases_.size());
  return ask_for_figures(method_, id_, finished ? -1 : position_.iteration, assembly_.task(),
                         data_.test);
}

void Trainer::show() {
  Stopwatch watch(assembly_.task().device);
  if (const auto all = figures(); !all.empty()) events_.figures(all, position_.total);
  watch.add_to(position_.evaluation_seconds);
}

void Trainer::keep_if_best(double score) {
  if (settings_.select != Settings::Select::best || (best_ && best_->score <= score)) return;
  best_ = Best{score, position_.total, assembly_.model_tensors()};
  for (auto& [name, tensor] : best_->weights) tensor = tensor.clone();
}

void Trainer::use_selected_weights() {
  if (best_) copy_into(assembly_.model_tensors(), best_->weights, "best weights");
}

Tensor Trainer::predict(const Tensor& images) {
  return guarded(id_, "predict", -1, [&] { return method_.predict(images); });
}

Evaluation Trainer::evaluate(const LabeledPart& part) {
  if (assembly_.statistics().nothing_recorded())
    throw Error(ExitCode::plugin,
                {"method " + id_, "running statistics recorded before the first evaluation",
                 "none: every pass was outside Step::track",
                 "open `auto t = s.track(*net_);` around the pass that should record"});
  EvaluationMode mode(assembly_);
  return host::evaluate(part, assembly_.task().classes,
                        [&](const Tensor& images) { return predict(images); });
}

void Trainer::check_losses() const {
  const auto bad = losses_.read();
  if (!bad) return;
  throw Error(
      ExitCode::diverged,
      {"iteration " + std::to_string(position_.total - position_.iteration + bad->iteration),
       "finite losses", "'" + bad->term + "' is NaN or infinite",
       "lower the learning rate or the weight of that term; the weights before it are kept"});
}

Checkpoint Trainer::snapshot() const {
  Checkpoint c{.position = position_,
               .split_hash = {},
               .best = best_,
               .log_window = log_.state(),
               .metrics = {},
               .model = assembly_.model_tensors(),
               .optimizers = assembly_.optimizer_tensors()};
  require_finite(c.model);
  return c;
}

}  // namespace sslhost::host
