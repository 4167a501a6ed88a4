// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/early_stopping.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

bool of_validation(const std::string& value) {
  return value == "validation_error" || value == "validation_loss";
}

/// The option that makes a phase without a monitor of its own need one; empty: none does.
std::string asking_option(const Settings& settings, bool plateau) {
  if (settings.select == Settings::Select::best) return "select = best";
  if (settings.early_stop > 0) return "early_stop = " + std::to_string(settings.early_stop);
  return plateau ? "schedule = plateau" : "";
}

}  // namespace

Monitor choose_monitor(const Phase& phase, const Settings& settings, bool validation,
                       bool plateau) {
  auto monitor = phase.monitor;
  const auto where = "phase '" + phase.name + "', monitor";
  if (monitor.every < 0 || monitor.patience < 0)
    throw Error(ExitCode::plugin,
                {where, "every and patience of at least 0", "less", "fix the method"});
  auto because = where;
  if (monitor.value.empty()) {
    because = asking_option(settings, plateau);
    if (because.empty() || !phase.evaluate) return {};
    monitor = {.value = settings.monitor == Settings::Watched::error ? "validation_error"
                                                                     : "validation_loss",
               .every = 0,
               .keep_best = settings.select == Settings::Select::best,
               .patience = settings.early_stop};
  }
  if (!of_validation(monitor.value)) return monitor;
  if (!phase.evaluate)
    throw Error(ExitCode::plugin,
                {where, "a phase that evaluates, since it monitors " + monitor.value,
                 "evaluate = false", "fix the method"});
  if (!validation)
    throw Error(ExitCode::usage, {because, "validation samples, for " + monitor.value, "none",
                                  "keep some of the training part with --validation N"});
  return monitor;
}

bool plateau_asks(const std::vector<Phase>& phases, bool has_plateau, bool validation) {
  return has_plateau && (validation || std::all_of(phases.begin(), phases.end(), [](const auto& p) {
                           return p.monitor.value.empty();
                         }));
}

int64_t evaluation_interval(const Phase& phase, const Settings& settings) {
  return settings.eval_every > 0 ? settings.eval_every
                                 : std::max<int64_t>(1, phase.iterations / 10);
}

EarlyStopping::EarlyStopping(Monitor monitor, int64_t evaluation_interval, EarlyStoppingState state)
    : monitor_(std::move(monitor)),
      interval_(monitor_.every > 0 ? monitor_.every : evaluation_interval),
      state_(std::move(state)) {}

bool EarlyStopping::validates() const { return of_validation(monitor_.value); }

bool EarlyStopping::due(int64_t done, int64_t iterations) const {
  if (monitor_.value.empty()) return false;
  // The last part of a phase may be shorter: its mean could not be compared, its error can.
  return done % interval_ == 0 || (validates() && done == iterations);
}

bool EarlyStopping::check(double value, int64_t total) {
  const double best = state_.best ? state_.best->score : std::numeric_limits<double>::infinity();
  if (!(value < best)) {  // NaN too
    ++state_.without_fall;
    return false;
  }
  state_.without_fall = 0;
  state_.best = Best{value, total, {}};
  return monitor_.keep_best;
}

bool EarlyStopping::stops() const {
  return monitor_.patience > 0 && state_.without_fall >= monitor_.patience;
}

}  // namespace sslhost::host
