// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/trainer.hpp"

#include "sslhost/random.hpp"
#include "sslhost/watch.hpp"

#include "host/plugins/guard.hpp"
#include "host/trainer/evaluation_mode.hpp"
#include "host/trainer/pool_begin.hpp"

namespace sslhost::host {

namespace {

bool due(int64_t done, int64_t every, int64_t length) {
  return done == length || (every > 0 && done % every == 0);
}

}  // namespace

std::vector<Phase> phases_of(const Method& method, const std::string& id, const Task& task) {
  auto phases = guarded(id, "phases", -1, [&] { return method.phases(task); });
  if (phases.empty())
    throw Error(ExitCode::plugin,
                {"method " + id + ", phases()", "at least one phase", "none", "mend the method"});
  return phases;
}

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
  phases_ = phases_of(method_, id_, assembly_.task());
  if (settings_.average > 0) assembly_.keep_average(settings_.average);
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
  monitor_.state() = c.looks;
  flags_ = c.flags;
  assembly_.set_flags(flags_);
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
  if (stopped) return Outcome::stopped;
  for (const auto& name : assembly_.unrecorded())
    warn("method " + id_ + ": no pass recorded the running statistics of '" + name +
         "', which predictions may use; open Step::track around one");
  return Outcome::finished;
}

void Trainer::begin_phase(const Phase& phase, bool resumed) {
  detail::NoiseContext noise{.key = random::mix(static_cast<uint64_t>(settings_.seed),
                                                random::name_key("begin " + phase.name))};
  detail::noise_context() = &noise;
  const detail::ScopeEnd forget([] { detail::noise_context() = nullptr; });
  PoolBegin begin(phase, data_);
  assembly_.training_mode(true);
  if (resumed) assembly_.set_flags(flags_);
  if (!resumed) guarded(id_, "begin", -1, [&] { method_.begin(begin); });
  if (!resumed) assembly_.begin_phase();
  guarded(id_, "prepare", -1, [&] { method_.prepare(begin); });
  assembly_.statistics().remember();

  const bool validation = data_.validation.size() > 0;
  const bool plateau = plateau_asks(phases_, assembly_.has_plateau(), validation);
  monitor_ = PhaseMonitor(choose_monitor(phase, settings_, validation, plateau),
                          evaluation_interval(phase, settings_),
                          resumed ? std::move(monitor_.state()) : Looks{});
  log_.follow(monitor_.logged());
  log_.restore_followed(monitor_.state().window);
}

void Trainer::run_phase(const Phase& phase, bool& stopped) {
  Stopwatch watch(assembly_.task().device);
  TrainingStep step(phase, data_, assembly_, losses_, log_, static_cast<uint64_t>(settings_.seed));
  UnlabeledProbe probe(phase, assembly_.task().device);
  begin_phase(phase, /*resumed=*/position_.iteration > 0);
  const auto over = [&] { return position_.iteration >= phase.iterations || monitor_.gave_up(); };
  while (!over()) {
    iterate(step, probe, position_.iteration);
    ++position_.iteration;
    position_.weights_of = ++position_.total;
    after_iteration(phase, watch);
    if (over() || due(position_.iteration, settings_.log_every, phase.iterations))
      for (const auto& text : probe.verdicts()) warn("method " + id_ + ", " + text);
    if (stop_.load(std::memory_order_relaxed) && !over()) {
      watch.add_to(position_.seconds);
      check_losses();
      events_.checkpoint(snapshot());
      stopped = true;
      return;
    }
  }
  watch.add_to(position_.seconds);
  end_phase();
}

void Trainer::end_phase() {
  const auto& best = monitor_.state().best;
  if (best && !best->weights.empty()) {
    copy_into(assembly_.model_tensors(), best->weights, "best weights");
    assembly_.restart_average();
    position_.weights_of = best->iteration;
  }
  log_.take();  // what came after the last line of a phase that ended early is not the next one's
  monitor_ = {};
}

void Trainer::iterate(TrainingStep& step, UnlabeledProbe& probe, int64_t iteration) {
  const auto& phase = phases_[static_cast<size_t>(position_.phase)];
  assembly_.set_rates(iteration, phase.iterations);
  probe.begin_iteration(iteration);
  step.begin_iteration(iteration, probe.looking() ? &probe : nullptr);
  guarded(id_, "step", iteration, [&] { method_.step(step); });
  step.end_iteration();
  assembly_.end_iteration(losses_.skip());
}

void Trainer::after_iteration(const Phase& phase, Stopwatch& watch) {
  const auto done = position_.iteration;
  const bool shows = due(done, evaluation_interval(phase, settings_), phase.iterations);
  const bool evaluates = shows && phase.evaluate;
  const bool looks = monitor_.due(done, phase.iterations);
  const bool validates =
      data_.validation.size() > 0 && (evaluates || (looks && monitor_.validates()));
  const bool logs = due(done, settings_.log_every, phase.iterations);
  const bool saves = settings_.checkpoint_every > 0 && done < phase.iterations &&
                     done % settings_.checkpoint_every == 0;
  if (!logs && !shows && !looks && !saves) return;

  watch.add_to(position_.seconds);
  check_losses();
  MetricsRow row{.iteration = position_.total,
                 .phase = phase.name,
                 .seconds = position_.seconds,
                 .values = {}};
  if (logs || evaluates || validates) {
    row.values = log_.take();
    judge(row);
    if (validates) measure(row, "validation", data_.validation);
    if (evaluates) measure(row, "test", data_.test);
    for (const auto& optimizer : assembly_.optimizers()) {
      if (!optimizer->used()) continue;  // it rests in this phase
      row.values.emplace_back("rate_" + optimizer->name(), optimizer->rate());
      if (optimizer->waits_for_looks() && monitor_.value().empty())
        warn("optimizer '" + optimizer->name() + "': its plateau schedule has nothing to look at " +
             "in phase '" + phase.name + "'; keep some of the training part with --validation N");
    }
    events_.metrics(row, position_, planned_iterations());
  }
  if (looks) look(phase, row);
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

void Trainer::measure(MetricsRow& row, const char* name, const LabeledPart& part) {
  Stopwatch watch(assembly_.task().device);
  const auto found = evaluate(part);
  row.values.emplace_back(name + std::string("_error"), found.error());
  row.values.emplace_back(name + std::string("_loss"), found.loss);
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

void Trainer::look(const Phase& phase, const MetricsRow& row) {
  std::optional<double> value;
  if (monitor_.validates()) {
    for (const auto& [name, measured] : row.values)
      if (name == monitor_.value()) value = measured;
  } else {
    value = log_.take_followed();
  }
  if (!value)
    throw Error(
        ExitCode::plugin,
        {"phase '" + phase.name + "', monitor", "'" + monitor_.value() + "' logged by step()",
         "no such value in " + std::to_string(position_.iteration) + " iterations",
         "log it, or name another"});
  if (monitor_.look(*value, position_.total)) {
    auto& weights = monitor_.state().best->weights;
    weights = assembly_.evaluation_tensors();
    for (auto& [name, tensor] : weights) tensor = tensor.clone();
  }
  for (const auto& optimizer : assembly_.optimizers()) optimizer->look(*value);
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
  assembly_.require_states_kept();
  Checkpoint c{.position = position_,
               .split_hash = {},
               .options = {},
               .looks = monitor_.state(),
               .flags = assembly_.flags(),
               .log_window = log_.state(),
               .metrics = {},
               .model = assembly_.model_tensors(),
               .optimizers = assembly_.optimizer_tensors()};
  c.looks.window = log_.followed_state();
  require_finite(c.model);
  return c;
}

}  // namespace sslhost::host
