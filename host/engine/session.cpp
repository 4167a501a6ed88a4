// SPDX-License-Identifier: Apache-2.0
#include "host/engine/session.hpp"

#include <algorithm>

#include "sslhost/error.hpp"

#include "host/data/check_dataset.hpp"
#include "host/data/content.hpp"
#include "host/data/split_file.hpp"
#include "host/device/device.hpp"
#include "host/discovery/user_folders.hpp"
#include "host/encode/features.hpp"
#include "host/engine/pretrained_start.hpp"
#include "host/engine/require_same.hpp"
#include "host/model/build_method.hpp"
#include "host/trainer/early_stopping.hpp"
#include "host/trainer/trainer.hpp"

namespace sslhost::host {

namespace {

bool has_labeled_test(const Session& session) {
  const auto& test = session.dataset.test;
  return test.size() > 0 && test.labels.defined();
}

/// Returns what the file says of the data's content.
DataContent choose_split(Session& session, const std::filesystem::path& file) {
  const auto& settings = session.plan->settings;
  const auto source = source_of(session.dataset);
  if (file.empty()) {
    const auto request = settings.split_request(source, has_labeled_test(session));
    session.split = draw_split(source, request, session.warnings);
    return {};
  }
  auto record = load_split(file);
  check_split_fits(file, record, settings.dataset, source);
  session.split = std::move(record.split);
  return record.content;
}

/// Here already: features of other pictures would take minutes.
void check_content(Session& session, const DataContent& before, const Begun& begun) {
  auto& content = session.content;
  content.changes = before.changes;
  session.data_changed = !before.hash.empty() && before.hash != content.hash;
  if (!session.data_changed) return;
  if (!begun.may_change) refuse_other_data(begun.split_file, before.hash, content.hash);
  content.changes.push_back({begun.iteration, before.hash});
  session.warnings.push_back(
      "the data are not those that the run began with; run.json and split.json say so");
}

/// Before training, not hours later when the phase begins that asks for strong views.
void check_views(Session& session) {
  const auto& plan = *session.plan;
  bool& strong = session.strong_views;
  for (const auto& phase : session.phases)
    for (const auto& stream : phase.streams)
      for (const auto& view : stream.views) strong = strong || view.augment == Augment::strong;
  if (strong) {
    require_fit(session.data.strong);
  } else if (plan.settings.preparation.strong != Preparation{}.strong) {
    session.warnings.push_back("option strong: " + plan.settings.plugin +
                               " asks for no strong views");
  }
}

std::filesystem::path feature_cache() {
  const auto cache = user_cache_folder();
  return cache.empty() ? cache : cache / "features";
}

void choose_threads(Threads& threads, const Registry& registry, const std::vector<Phase>& phases) {
  int64_t batch = 0, weights = 0;
  const auto& task = registry.task();
  for (const auto& phase : phases) {
    if (phase.iterations == 0) batch = std::max(batch, task.labeled + task.unlabeled);
    for (const auto& stream : phase.streams) batch = std::max(batch, stream.batch);
  }
  for (const auto& [name, tensor] : registry.tensors()) weights += tensor.numel();
  threads.suit(batch * task.inputs(), batch * weights);
}

std::filesystem::path given_split(const Settings& settings) {
  const std::filesystem::path given = settings.split;
  std::error_code ignored;
  return std::filesystem::is_directory(given, ignored) ? given / "split.json" : given;
}

void build(Session& session, std::optional<InitialWeights> initial) {
  auto& plan = *session.plan;
  if (initial) keep_head_of(*initial, session.dataset.classes);
  build_method(plan, session.data.task, session.registry, session.method,
               initial ? &*initial : nullptr);
  if (plan.settings.freeze_statistics) session.registry->freeze_statistics();
  if (initial) session.init = finish_start(*initial, plan, session.data.labeled, *session.registry);
}

}  // namespace

Session open_session(std::unique_ptr<Plan> plan, const std::optional<Begun>& begun,
                     const ReadingEvents& events) {
  Session session;
  session.plan = std::move(plan);
  const auto& settings = session.plan->settings;
  const auto device = choose_device(settings.device);
  session.threads = std::make_unique<Threads>(settings.threads);
  auto start = pretrained_start(*session.plan, device, begun ? &begun->record : nullptr);
  session.encoder = std::move(start.encoder);
  const auto& encoder = session.encoder;
  session.dataset =
      read_dataset(session.plan->dataset, settings.data,
                   {.progress = events.progress, .preferred_shape = std::move(start.shape)});
  events.read(session.dataset);
  session.plan->complete_paths();
  const auto before = choose_split(session, begun ? begun->split_file : given_split(settings));
  session.content.hash = content_of(session.dataset, session.split);
  if (begun) check_content(session, before, *begun);
  const auto seen = encoder
                        ? features_of(session.dataset, *encoder, feature_cache(), events.encoding)
                        : session.dataset;
  session.data = place(seen, session.split, device, settings.preparation);
  build(session, std::move(start.initial));
  if (begun) session.init = begun->record.init;
  session.phases = phases_of(*session.method, settings.plugin, session.data.task);
  const auto& phases = session.phases;
  check_views(session);
  // Here already, before there is a run folder.
  choose_threads(*session.threads, *session.registry, phases);
  const bool validation = session.data.validation.size() > 0;
  const bool plateau = plateau_asks(phases, session.registry->has_plateau(), validation);
  for (const auto& phase : phases) choose_monitor(phase, settings, validation, plateau);
  const auto& more = session.registry->warnings();
  session.warnings.insert(session.warnings.end(), more.begin(), more.end());
  return session;
}

}  // namespace sslhost::host
