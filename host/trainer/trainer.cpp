// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/trainer.hpp"

#include <algorithm>

#include "sslhost/diagnostics.hpp"

#include "host/loading/guard.hpp"
#include "host/model/evaluation_mode.hpp"
#include "host/model/named_tensors.hpp"

namespace sslhost::host {

namespace {

WarmUp warm_up_of(const Settings& settings) {
  return settings.average_warm_up == Settings::AverageWarmUp::mean ? WarmUp::mean : WarmUp::tenth;
}

}  // namespace

Trainer::Trainer(Method& method, std::string id, const std::vector<Phase>& phases,
                 const RunData& data, Registry& registry, const Settings& settings,
                 TrainerEvents& events, const std::atomic<bool>& stop)
    : method_(method),
      id_(std::move(id)),
      data_(data),
      registry_(registry),
      settings_(settings),
      events_(events),
      stop_(stop),
      phases_(phases),
      guard_(registry.task().device),
      log_(registry.task().device),
      judged_(registry.task().device),
      habits_(registry) {
  if (settings_.average > 0) registry_.keep_average(settings_.average, warm_up_of(settings_));
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
  judged_.restore(c.judged_log);
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

void Trainer::iterate(TrainingStep& step, UnlabeledGradientCheck& check, RecordedSteps& recorded,
                      int64_t iteration) {
  const auto& phase = phases_[static_cast<size_t>(position_.phase)];
  if (phase.refresh_every > 0 && iteration % phase.refresh_every == 0) {
    refresh(phase);
    recorded.forget();
  }
  registry_.begin_iteration(iteration, phase.iterations,
                            {.before = planned_before_, .all = planned_iterations()});
  check.begin_iteration(iteration);
  const auto begin = [&] {
    step.begin_iteration(iteration, check.is_on() ? &check : nullptr, &habits_);
  };
  begin();
  const auto whole_step = [&] {
    step.run(method_);
    step.end_iteration();
    registry_.end_iteration(guard_.found_inf());
  };
  const bool watched = check.is_on() || habits_.is_on();
  const auto why = guarded(id_, "step", position_.total + 1,
                           [&] { return recorded.run(whole_step, watched, begin); });
  if (!why.empty()) warn("method " + id_ + ", phase '" + phase.name + "': " + why);
}

NamedTensors Trainer::changed_by_steps() const {
  auto all = registry_.tensors();
  for (const auto& part : {registry_.optimizer_tensors(), registry_.statistics().remembered(),
                           guard_.tensors(), log_.tensors(), judged_.tensors()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
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
  share_logs();
  MetricsRow row{position_.total, phase.name, position_.seconds, {}};
  if (logs || evaluates || validates) {
    row.values = log_.take();
    diagnose(row);
    add_judged(row);
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
  const auto text = guarded(id_, "diagnose", position_.total,
                            [&] { return offered->diagnose(row.values, position_.iteration); });
  if (text) warn(*text);
}

/// After what a method may look at, by name: the order of a checkpoint's tensors is another.
void Trainer::add_judged(MetricsRow& row) {
  auto judged = judged_.take();
  std::sort(judged.begin(), judged.end());
  row.values.insert(row.values.end(), judged.begin(), judged.end());
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
  return ask_for_figures(method_, id_, finished ? -1 : position_.total, registry_.task(),
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
  return host::evaluate(part, registry_.task().classes, predictor(), keep, temperature);
}

void Trainer::check_losses() const {
  const auto bad = guard_.read();
  if (!bad) return;
  const auto iteration = position_.total - position_.iteration + bad->iteration + 1;
  throw Error(ExitCode::diverged,
              {"method " + id_ + ", iteration " + std::to_string(iteration), "finite losses",
               "'" + bad->term + "' is NaN or infinite",
               iteration == 1  // no update has changed anything yet
                   ? "look at the data and at the loss: logarithms, roots and quotients at 0, and "
                     "their gradients"
                   : "lower the learning rate or the weight of that term; the weights before it "
                     "are kept"});
}

Checkpoint Trainer::snapshot() const {
  guarded(id_, "step", position_.total, [&] { registry_.require_states_kept(); });
  Checkpoint c{.position = position_,
               .split_hash = {},
               .options = {},
               .early_stopping = early_stopping_.state(),
               .flags = registry_.flags(),
               .mean_log = log_.state(),
               .judged_log = judged_.state(),
               .metrics = {},
               .model = registry_.tensors(),
               .optimizers = registry_.optimizer_tensors()};
  c.early_stopping.window = log_.monitored_state();
  require_finite(c.model);
  return c;
}

}  // namespace sslhost::host
