// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <chrono>

#include "sslhost/engine.hpp"

#include "host/data/split_file.hpp"
#include "host/device/kernel_variables.hpp"
#include "host/engine/memory_of_run.hpp"
#include "host/engine/pretrained_start.hpp"
#include "host/engine/require_same.hpp"
#include "host/engine/run_files.hpp"
#include "host/engine/run_record.hpp"
#include "host/engine/run_result.hpp"
#include "host/engine/save_model.hpp"
#include "host/engine/session.hpp"
#include "host/evaluate/part_temperature.hpp"
#include "host/loading/exception_translation.hpp"
#include "host/model/evaluation_mode.hpp"
#include "host/parallel/means.hpp"
#include "host/report/pictures.hpp"
#include "host/report/report.hpp"
#include "host/run/checkpoint.hpp"
#include "host/run/record.hpp"
#include "host/run/run_folder.hpp"
#include "host/storage/atomic_file.hpp"
#include "host/trainer/trainer.hpp"

namespace sslhost {

namespace host {
namespace {

std::atomic<bool> stop_requested = false;

/// Clears the request when a run ends, not when it begins: what was asked before stops it too.
struct StopAnswered {
  ~StopAnswered() { stop_requested = false; }
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

PictureInputs picture_inputs(const Session& session) {
  const auto& settings = session.plan->settings;
  return {.dataset = session.dataset,
          .split = session.split,
          .data = session.data,
          .preparation = settings.preparation,
          .seed = static_cast<uint64_t>(settings.seed),
          .strong_views = session.strong_views,
          .encoded = session.encoder != nullptr};
}

std::optional<double> fitted_temperature(const Session& session, const Trainer& trainer) {
  const EvaluationMode mode(*session.registry);
  return temperature_of(session.data.validation, session.data.task.classes, trainer.predictor());
}

RunResult finish(const RunFolder& folder, Session& session, Trainer& trainer, Pictures& pictures,
                 RunRecord& record, double set_up_seconds) {
  session.registry->settle_average();
  const auto temperature = fitted_temperature(session, trainer);
  const auto test =
      trainer.evaluate(session.data.test, KeepPredictions::yes, temperature.value_or(1));
  save_model(folder, session, temperature);
  record.status = RunRecord::Status::finished;
  record.results = results_of(session, test, temperature, trainer.position(), set_up_seconds);
  write_run_record(folder.record(), record);
  const auto metrics = read_metrics(folder.metrics());
  if (session.plan->settings.pictures) {
    const auto figures = trainer.figures();
    const EvaluationMode mode(*session.registry);
    const auto predictor = trainer.predictor();
    pictures.of_result(predictor, test, figures, metrics);
    pictures.of_samples(predictor, test, temperature.value_or(1));
  }
  write_atomic(folder.report(),
               render_report(record, metrics, pictures.for_report(), pictures.details()));
  return result_of(folder, session, *record.results);
}

/// How a run begins, or goes on.
struct Start {
  std::chrono::steady_clock::time_point time = std::chrono::steady_clock::now();
  std::optional<Checkpoint> checkpoint = std::nullopt;  ///< where to go on from
  bool is_finished = false;                             ///< there is nothing to go on with
};

/// Trains to the end, or to a stop.
RunResult run(const RunFolder& folder, Session& session, const Start& start, Observer& observer) {
  const auto& checkpoint = start.checkpoint;
  const auto& settings = session.plan->settings;
  for (const auto& [name, former] : session.plan->former)
    observer.warning(renamed_text(former, name));
  for (const auto& warning : session.warnings) observer.warning(warning);
  if (const auto text = kernel_variables_text(); !text.empty()) observer.note(text);
  Pictures pictures(folder, picture_inputs(session));
  RunFiles files(folder, session, checkpoint ? std::optional(checkpoint->metrics) : std::nullopt,
                 pictures, observer);
  Trainer trainer(*session.method, settings.plugin, session.phases, session.data, *session.registry,
                  settings, files, stop_requested);
  auto record = record_of(session);
  if (checkpoint) {
    trainer.restore(*checkpoint, folder.checkpoint());
    files.continue_from(checkpoint->position);
  }
  if (!start.is_finished) write_run_record(folder.record(), record);
  // A run that is killed before its first interval can be resumed too, and its record is asked.
  if (!checkpoint) trainer.save();
  if (settings.pictures) pictures.of_data();
  observer.started(folder.path());
  const double set_up_seconds = seconds_since(start.time);
  try {
    if (trainer.run() == Trainer::Outcome::stopped)
      throw Error(ExitCode::stopped,
                  {"run " + folder.path().string(), "",
                   "stopped as asked, after iteration " + std::to_string(trainer.position().total) +
                       "; a checkpoint is written",
                   "go on with `" + next_command("--resume", folder, *session.plan) + "`"});
    trainer.save();
    if (session.group) require_equal(session.registry->tensors(), *session.group);
  } catch (const Error& error) {
    if (error.code() == ExitCode::diverged) keep_last_good(folder, session, trainer, error);
    throw;
  }
  return finish(folder, session, trainer, pictures, record, set_up_seconds);
}

/// Of what rank 0 writes.
class Unwritten final : public TrainerEvents {
  void metrics(const MetricsRow&, const Position&, int64_t) override {}
  void checkpoint(const Checkpoint&) override {}
};

/// What every rank but 0 makes of a run: the same training.
RunResult follow(Session& session, const std::optional<Checkpoint>& checkpoint,
                 const std::filesystem::path& path) {
  auto& settings = session.plan->settings;
  settings.pictures = false;
  Unwritten events;
  Trainer trainer(*session.method, settings.plugin, session.phases, session.data, *session.registry,
                  settings, events, stop_requested);
  if (checkpoint) trainer.restore(*checkpoint, path);
  if (trainer.run() == Trainer::Outcome::stopped)
    throw Error(ExitCode::stopped, {"rank " + std::to_string(session.group->rank()), "",
                                    "stopped as asked", "rank 0 says how to go on"});
  require_equal(session.registry->tensors(), *session.group);
  return {};
}

ReadingEvents reading_events(Observer& observer) {
  const auto go_on = [] {
    if (stop_requested.load())  // there is no run yet, or one that is as it was
      throw Error(ExitCode::stopped, {"reading the data", "all of them", "stopped as asked",
                                      "the same command begins again"});
  };
  const auto progress = [&observer, go_on](int64_t done, int64_t all) {
    go_on();
    observer.reading(done, all);
  };
  const auto encoding = [&observer, go_on](int64_t done, int64_t all) {
    go_on();
    observer.encoding(done, all);
  };
  const auto read = [&observer](const Dataset& dataset) {
    for (const auto& note : dataset.notes) observer.note(note);
    for (const auto& warning : dataset.warnings) observer.warning(warning);
  };
  return {progress, encoding, read};
}

/// What nobody asked for is said: few labels become fewer.
std::string held_out_text(const Session& session) {
  const auto& settings = session.plan->settings;
  if (!session.split.test_from_training || settings.holdout > 0 || !settings.split.empty())
    return "";
  return "no labeled test part: " + std::to_string(session.split.test.size()) + " of " +
         std::to_string(session.split.train_size) +
         " labeled samples are held out to measure the error; --holdout N takes another number";
}

void save_split_of(const Session& session, const RunFolder& folder) {
  save_split(folder.split(), session.split, session.plan->settings.dataset, session.dataset.classes,
             source_of(session.dataset), session.content);
}

/// Before there is a run folder.
void require_room(Session& session) {
  if (auto text = check_memory(session, free_memory()); !text.empty())
    session.warnings.push_back(std::move(text));
}

RunResult train_anew(const TrainRequest& request, Observer& observer) {
  const Start start;
  auto plan = make_plan(request);
  for (const auto& note : plan->notes) observer.note(note);
  if (const auto& init = plan->settings.init; !init.empty())
    observer.note("reading the weights of " + init);
  auto session = open_session(std::move(plan), std::nullopt, reading_events(observer));
  require_room(session);
  if (session.init) observer.note(start_text(*session.init));
  for (const auto& note : session.notes) observer.note(note);
  if (const auto text = held_out_text(session); !text.empty()) observer.note(text);
  if (!session.leads()) return follow(session, std::nullopt, "");
  const auto& settings = session.plan->settings;
  const auto folder = settings.out.empty()
                          ? RunFolder::create_fresh("runs", settings.plugin, settings.dataset,
                                                    static_cast<uint64_t>(settings.seed))
                          : RunFolder::create(settings.out);
  write_atomic(folder.config(), to_toml(session.plan->lists()));
  save_split_of(session, folder);
  return run(folder, session, start, observer);
}

RunResult go_on(const std::filesystem::path& path, const TrainRequest& where, Observer& observer) {
  if (!where.options.empty() || !where.recipe.empty())
    throw Error(ExitCode::usage,
                {"--resume", "no other options: a run goes on as it was begun",
                 "--" + (where.options.empty() ? "recipe" : where.options.front().first),
                 "leave them out, or start a new run"});
  Start start;
  const auto launch = launch_of_environment();
  const bool leads = !launch || launch->leads();
  const auto folder = leads ? RunFolder::resume(path) : RunFolder::of_another(path);
  start.checkpoint = load_checkpoint(folder.checkpoint());
  const auto& checkpoint = *start.checkpoint;
  auto plan = recorded_plan(folder.config(), where);
  require_same(folder.config(), checkpoint.options, *plan);
  const Begun begun = {folder.split(), record_of_begun(folder.record(), *plan),
                       checkpoint.position.total, where.data_changed, where.plugin_changed};
  auto session = open_session(std::move(plan), begun, reading_events(observer));
  require_room(session);
  require_same_split(folder.split(), checkpoint.split_hash, session.split.hash);
  if (!leads) return follow(session, start.checkpoint, folder.checkpoint());
  if (session.data_changed) save_split_of(session, folder);
  keep_origins(*session.plan, begun.record);
  if (const auto text = other_device_text(begun.record.device, record_of(session).device);
      !text.empty())
    session.warnings.push_back(text);
  start.is_finished = begun.record.status == RunRecord::Status::finished;
  return run(folder, session, start, observer);
}

}  // namespace
}  // namespace host

void request_stop() noexcept { host::stop_requested.store(true); }

RunResult train(const TrainRequest& request, Observer& observer) {
  const host::StopAnswered answered;
  return host::with_translated_exceptions("training",
                                          [&] { return host::train_anew(request, observer); });
}

RunResult resume(const std::filesystem::path& path, const TrainRequest& where, Observer& observer) {
  const host::StopAnswered answered;
  return host::with_translated_exceptions("training",
                                          [&] { return host::go_on(path, where, observer); });
}

std::vector<ResolvedOption> resolve_options(const TrainRequest& request) {
  const auto plan = host::make_plan(request);
  std::vector<ResolvedOption> all;
  for (auto* list : plan->lists())
    for (const auto& option : list->all())
      all.push_back({option.name(), to_text(option.value()), plan->origins[option.name()],
                     plan->former[option.name()]});
  return all;
}

}  // namespace sslhost
