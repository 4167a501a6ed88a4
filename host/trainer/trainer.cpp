// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/trainer.hpp"

#include "sslhost/diagnostics.hpp"
#include "sslhost/training/random.hpp"

#include "host/loading/guard.hpp"
#include "host/model/evaluation_mode.hpp"
#include "host/model/named_tensors.hpp"
#include "host/trainer/pool_begin.hpp"

namespace sslhost::host {

namespace {

bool due(int64_t done, int64_t every, int64_t length) {
  return done == length || (every > 0 && done % every == 0);
}

}  // namespace

Trainer::Trainer(Method& method, std::string id, const std::vector<Phase>& phases,
                 const RunData& data, Registry& registry, const Settings& settings,
                 TrainerEvents& events, const std::atomic<bool>& stop)
    : method_(method),
      id_(std::move(id)),
      predictor_(registry, &method, id_),
      data_(data),
      registry_(registry),
      settings_(settings),
      events_(events),
      stop_(stop),
      phases_(phases),
      guard_(registry.task().device),
      log_(registry.task().device),
      habits_(registry) {
  if (settings_.average > 0) registry_.keep_average(settings_.average);
}

int64_t Trainer::planned_iterations() const {
  int64_t sum = 0;
  for (const auto& phase : phases_) sum += phase.iterations;
  return sum;
}

void Trainer::restore(const Checkpoint& c, const std::filesystem::path& path) {
  copy_into(registry_.tensors(), c.model, path);
  copy_into(registry_.optimizer_tensors(), c.optimizers, path);
  position_ = c.position;
  early_stopping_.state() = c.early_stopping;
  flags_ = c.flags;
  registry_.set_flags(flags_);
  log_.restore(c.mean_log);
  habits_.resumed();
  registry_.statistics().assume_recorded();
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
  for (const auto& name : registry_.unrecorded())
    warn("method " + id_ + ": no pass recorded the running statistics of '" + name +
         "', which predictions may use; open Step::record_statistics around one");
  return Outcome::finished;
}

void Trainer::begin_phase(const Phase& phase, bool resumed) {
  detail::NoiseContext noise{.key = random::mix(static_cast<uint64_t>(settings_.seed),
                                                random::name_key("begin " + phase.name))};
  detail::noise_context() = &noise;
  const detail::ScopeEnd forget([] { detail::noise_context() = nullptr; });
  PoolBegin begin(phase, position_.iteration, data_, registry_);
  registry_.training_mode(true);
  if (resumed) registry_.set_flags(flags_);
  if (!resumed) guarded(id_, "begin", -1, [&] { method_.begin(begin); });
  if (!resumed) registry_.begin_phase();
  guarded(id_, "prepare", -1, [&] { method_.prepare(begin); });
  registry_.statistics().remember();

  const bool validation = data_.validation.size() > 0;
  const bool plateau = plateau_asks(phases_, registry_.has_plateau(), validation);
  early_stopping_ = EarlyStopping(
      choose_monitor(phase, settings_, validation, plateau), evaluation_interval(phase, settings_),
      resumed ? std::move(early_stopping_.state()) : EarlyStoppingState{});
  log_.monitor(early_stopping_.logged());
  log_.restore_monitored(early_stopping_.state().window);
}

void Trainer::run_phase(const Phase& phase, bool& stopped) {
  Stopwatch watch(registry_.task().device);
  TrainingStep step(phase, data_, registry_, guard_, log_, static_cast<uint64_t>(settings_.seed));
  UnlabeledGradientCheck check(phase, registry_.task().device);
  begin_phase(phase, /*resumed=*/position_.iteration > 0);
  habits_.begin_phase(phase, /*last=*/&phase == &phases_.back());
  if (phase.iterations == 0) after_begin(phase, watch);
  const auto over = [&] {
    return position_.iteration >= phase.iterations || early_stopping_.stops();
  };
  while (!over()) {
    iterate(step, check, position_.iteration);
    ++position_.iteration;
    position_.weights_of = ++position_.total;
    for (const auto& text : habits_.findings(over())) warn("method " + id_ + ", " + text);
    after_iteration(phase, watch);
    if (over() || due(position_.iteration, settings_.log_every, phase.iterations))
      for (const auto& text : check.findings()) warn("method " + id_ + ", " + text);
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
  const auto& best = early_stopping_.state().best;
  if (best && !best->weights.empty()) {
    copy_into(registry_.loadable_tensors(), best->weights, "best weights");
    registry_.restart_average();
    position_.weights_of = best->iteration;
  }
  log_.take();  // what came after the last line of a phase that ended early is not the next one's
  early_stopping_ = {};
}

void Trainer::refresh(const Phase& phase) {
  // Draws of its own, whatever was drawn before: a resumed run refreshes as if never stopped.
  detail::NoiseContext noise{.key = random::Key(static_cast<uint64_t>(settings_.seed))
                                        .mixed(random::name_key("refresh " + phase.name))
                                        .mixed(static_cast<uint64_t>(position_.iteration))};
  detail::noise_context() = &noise;
  const detail::ScopeEnd forget([] { detail::noise_context() = nullptr; });
  PoolBegin begin(phase, position_.iteration, data_, registry_);
  guarded(id_, "refresh", position_.iteration, [&] { method_.refresh(begin); });
}

void Trainer::iterate(TrainingStep& step, UnlabeledGradientCheck& check, int64_t iteration) {
  const auto& phase = phases_[static_cast<size_t>(position_.phase)];
  if (phase.refresh_every > 0 && iteration % phase.refresh_every == 0) refresh(phase);
  registry_.begin_iteration(iteration, phase.iterations);
  check.begin_iteration(iteration);
  step.begin_iteration(iteration, check.is_on() ? &check : nullptr, &habits_);
  guarded(id_, "step", iteration, [&] {
    step.run(method_);
    step.end_iteration();
  });
  registry_.end_iteration(guard_.found_inf());
}

void Trainer::after_begin(const Phase& phase, Stopwatch& watch) {
  if (!phase.evaluate || registry_.statistics().nothing_recorded()) return;
  watch.add_to(position_.seconds);
  MetricsRow row{position_.total, phase.name, position_.seconds, {}};
  if (data_.validation.size() > 0) measure(row, "validation", data_.validation);
  measure(row, "test", data_.test);
  events_.metrics(row, position_, planned_iterations());
  watch.restart();
}

void Trainer::after_iteration(const Phase& phase, Stopwatch& watch) {
  const auto done = position_.iteration;
  const bool shows = due(done, evaluation_interval(phase, settings_), phase.iterations);
  const bool evaluates = shows && phase.evaluate;
  const bool checks = early_stopping_.due(done, phase.iterations);
  const bool validates =
      data_.validation.size() > 0 && (evaluates || (checks && early_stopping_.validates()));
  const bool logs = due(done, settings_.log_every, phase.iterations);
  const bool saves = settings_.checkpoint_every > 0 && done < phase.iterations &&
                     done % settings_.checkpoint_every == 0;
  if (!logs && !shows && !checks && !saves) return;

  watch.add_to(position_.seconds);
  check_losses();
  MetricsRow row{position_.total, phase.name, position_.seconds, {}};
  if (logs || evaluates || validates) {
    row.values = log_.take();
    diagnose(row);
    if (validates) measure(row, "validation", data_.validation);
    if (evaluates) measure(row, "test", data_.test);
    for (const auto& optimizer : registry_.optimizers()) {
      if (!optimizer->used()) continue;  // it rests in this phase
      row.values.emplace_back("learning_rate_" + optimizer->name(), optimizer->learning_rate());
      if (optimizer->has_plateau_schedule() && early_stopping_.value().empty())
        warn("optimizer '" + optimizer->name() + "': its plateau schedule has nothing to go by " +
             "in phase '" + phase.name + "'; keep some of the training part with --validation N");
    }
    events_.metrics(row, position_, planned_iterations());
  }
  if (checks) check_early_stopping(phase, row);
  if (shows) show();
  if (saves) events_.checkpoint(snapshot());
  watch.restart();  // evaluation and files are not training time
}

void Trainer::diagnose(const MetricsRow& row) {
  const auto* offered = static_cast<const Diagnostics*>(method_.ability(Diagnostics::kAbility));
  if (!offered) return;
  const auto text = guarded(id_, "diagnose", position_.iteration,
                            [&] { return offered->diagnose(row.values, position_.iteration); });
  if (text) warn(*text);
}

void Trainer::warn(const std::string& text) {
  if (warned_.insert(text).second) events_.warning(text);
}

void Trainer::measure(MetricsRow& row, const char* name, const LabeledPart& part) {
  Stopwatch watch(registry_.task().device);
  const auto found = evaluate(part);
  row.values.emplace_back(name + std::string("_error"), found.error());
  row.values.emplace_back(name + std::string("_loss"), found.loss);
  watch.add_to(position_.evaluation_seconds);
}

std::vector<Figure> Trainer::figures() {
  if (!settings_.pictures) return {};
  EvaluationMode mode(registry_);
  const bool finished = position_.phase == static_cast<int64_t>(phases_.size());
  return ask_for_figures(method_, id_, finished ? -1 : position_.iteration, registry_.task(),
                         data_.test);
}

void Trainer::show() {
  Stopwatch watch(registry_.task().device);
  if (const auto all = figures(); !all.empty()) events_.figures(all, position_.total);
  watch.add_to(position_.evaluation_seconds);
}

void Trainer::check_early_stopping(const Phase& phase, const MetricsRow& row) {
  std::optional<double> value;
  if (early_stopping_.validates()) {
    for (const auto& [name, measured] : row.values)
      if (name == early_stopping_.value()) value = measured;
  } else {
    value = log_.take_monitored();
  }
  if (!value)
    throw Error(ExitCode::plugin,
                {"phase '" + phase.name + "', monitor",
                 "'" + early_stopping_.value() + "' logged by step()",
                 "no such value in " + std::to_string(position_.iteration) + " iterations",
                 "log it, or name another"});
  if (early_stopping_.check(*value, position_.total)) {
    auto& weights = early_stopping_.state().best->weights;
    weights = registry_.model_tensors();
    for (auto& [name, tensor] : weights) tensor = tensor.clone();
  }
  for (const auto& optimizer : registry_.optimizers()) optimizer->check(*value);
}

Evaluation Trainer::evaluate(const LabeledPart& part, KeepPredictions keep, double temperature) {
  if (registry_.statistics().nothing_recorded())
    throw Error(ExitCode::plugin,
                {"method " + id_, "running statistics recorded before the first evaluation",
                 "none: every pass was outside Step::record_statistics",
                 "open `auto r = s.record_statistics(*net_);` around the pass that should record"});
  EvaluationMode mode(registry_);
  return host::evaluate(part, registry_.task().classes, predictor_, keep, temperature);
}

void Trainer::check_losses() const {
  const auto bad = guard_.read();
  if (!bad) return;
  throw Error(
      ExitCode::diverged,
      {"iteration " + std::to_string(position_.total - position_.iteration + bad->iteration),
       "finite losses", "'" + bad->term + "' is NaN or infinite",
       "lower the learning rate or the weight of that term; the weights before it are kept"});
}

Checkpoint Trainer::snapshot() const {
  registry_.require_states_kept();
  Checkpoint c{.position = position_,
               .split_hash = {},
               .options = {},
               .early_stopping = early_stopping_.state(),
               .flags = registry_.flags(),
               .mean_log = log_.state(),
               .metrics = {},
               .model = registry_.tensors(),
               .optimizers = registry_.optimizer_tensors()};
  c.early_stopping.window = log_.monitored_state();
  require_finite(c.model);
  return c;
}

}  // namespace sslhost::host
