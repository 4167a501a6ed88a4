// SPDX-License-Identifier: Apache-2.0
#include "host/engine/session.hpp"

#include <algorithm>
#include <unordered_set>

#include "sslhost/error.hpp"

#include "host/data/check_dataset.hpp"
#include "host/data/content.hpp"
#include "host/data/split_file.hpp"
#include "host/device/device.hpp"
#include "host/device/precision.hpp"
#include "host/encode/features.hpp"
#include "host/encode/pretrained.hpp"
#include "host/engine/choose_residency.hpp"
#include "host/engine/memory_of_run.hpp"
#include "host/engine/pretrained_start.hpp"
#include "host/engine/require_same.hpp"
#include "host/log/shell_word.hpp"
#include "host/model/build_method.hpp"
#include "host/parallel/means.hpp"
#include "host/selection/sample_rows.hpp"
#include "host/survey/contradictions.hpp"
#include "host/trainer/early_stopping.hpp"
#include "host/trainer/phases_of.hpp"
#include "host/trainer/training_step.hpp"

namespace sslhost::host {

namespace {

bool has_labeled_test(const Session& session) {
  const auto& test = session.dataset.test;
  return test.size() > 0 && test.labels.defined();
}

/// The dataset as methods see it, made when it is first asked for: features of pictures take
/// minutes, and a draw of medoids wants them before anybody else does.
class Seen {
 public:
  Seen(const Session& session, const ReadingEvents& events) : session_(session), events_(events) {}
  const Dataset& dataset() {
    if (session_.encoder && !features_)
      features_ =
          features_of(session_.dataset, *session_.encoder, feature_cache(), events_.encoding);
    return features_ ? *features_ : session_.dataset;
  }

 private:
  const Session& session_;
  const ReadingEvents& events_;
  std::optional<Dataset> features_;
};

/// Returns what the file says of the data's content.
DataContent choose_split(Session& session, Seen& seen, const std::filesystem::path& file) {
  const auto& settings = session.plan->settings;
  auto source = source_of(session.dataset);
  if (file.empty()) {
    source.medoids = [&](const std::vector<int64_t>& free, int64_t count, uint64_t key) {
      return medoids_among(seen.dataset(), free, {}, count, key);
    };
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

/// The command that checks the data of this run.
std::string check_command(const Plan& plan) {
  const auto& settings = plan.settings;
  std::string command = "sslhost data";
  if (!settings.data.empty()) command += " " + shell_word(settings.data);
  const bool recognized = plan.origins.at("dataset") == "default";
  return settings.data.empty() || !recognized ? command + " --dataset " + settings.dataset
                                              : command;
}

/// Distortions of pictures do not fit features and points: where nobody asked for them, strong
/// views are those as they are.
void leave_features_alone(Session& session) {
  auto& plan = *session.plan;
  if (session.data.task.kind == DataKind::image || plan.origins["strong"] != "default") return;
  plan.settings.preparation.strong = "none";
  plan.origins["strong"] = "the data";
  session.data.strong = {};
  session.notes.push_back(
      "strong views: the " +
      std::string(session.data.task.kind == DataKind::points ? "points" : "features") +
      " as they are (--strong none), since they are no pictures; another "
      "distortion: --strong noise:0.1");
}

/// Before training, not hours later when the phase begins that asks for strong views.
void check_views(Session& session) {
  const auto& plan = *session.plan;
  bool& strong = session.strong_views;
  for (const auto& phase : session.phases)
    for (const auto& stream : phase.streams)
      for (const auto& view : stream.views) strong = strong || view.augment == Augment::strong;
  if (strong) leave_features_alone(session);
  if (strong) {
    require_fit(session.data.strong);
  } else if (plan.settings.preparation.strong != Preparation{}.strong) {
    session.warnings.push_back("option strong: " + plan.settings.plugin +
                               " asks for no strong views");
  }
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

bool has_unlabeled(const Split& split) {
  const std::unordered_set<int64_t> labeled(split.labeled.begin(), split.labeled.end());
  return std::ranges::any_of(split.unlabeled, [&](int64_t id) { return !labeled.contains(id); });
}

/// Where nobody chose the method: another for samples that all have a label. Measured (five kinds
/// of photos, 45 labels, three draws): 20.5, 20.6 and 19.1 % wrong, where propagation has 23.4,
/// 28.5 and 22.3 %.
void choose_for_labels(Session& session) {
  auto& plan = *session.plan;
  if (!plan.where_all_labeled || has_unlabeled(session.split)) return;
  std::unique_ptr<Plan> other;
  try {
    other = plan.where_all_labeled();
  } catch (const Error& error) {
    if (error.code() != ExitCode::usage) throw;
    return;  // the user gave options of the first method, and so wants that
  }
  other->settings.encoder = plan.settings.encoder;
  other->complete_paths();
  session.notes.push_back("method: " + other->settings.plugin +
                          " instead, since every sample has a label; another: --plugin ID");
  session.plan = std::move(other);
}

/// What is measured is in docs/results.md, R3.
std::string text_of_missing_weights() {
  return "pretrained weights are not here, so that the network has to learn to see from these "
         "photos alone. With 100 labels of cats and dogs that errs in 48 of 100, with the weights "
         "in 2. Stop here, get them once (17 MB) with `" +
         std::string(kAddUsualEncoder) + "`, and start again";
}

void build(Session& session, std::optional<InitialWeights> initial) {
  auto& plan = *session.plan;
  if (initial) keep_head_of(*initial, session.dataset.classes);
  build_method(plan, session.data.task, session.registry, session.method,
               initial ? &*initial : nullptr);
  if (plan.settings.freeze_statistics) session.registry->freeze_statistics();
  if (initial) session.init = finish_start(*initial, plan, session.data.labeled, *session.registry);
}

/// A card for each process on a machine. Slurm may show each of them its own alone, as the first.
c10::Device device_of(const std::string& name, const std::optional<Launch>& launch) {
  if (launch && launch->local_size > 1 && name.starts_with("cuda:"))
    throw Error(
        ExitCode::usage,
        {"option device", "a card for each of " + std::to_string(launch->local_size) + " processes",
         "'" + name + "' for all of them", "--device cuda"});
  const bool cards = name == "cuda" || (name == "auto" && !why_unusable(0));
  if (!launch || !cards) return choose_device(name);
  const auto own =
      static_cast<size_t>(launch->local_rank) % std::max<size_t>(1, usable_cards().size());
  return choose_device("cuda:" + std::to_string(own));
}

/// Once the data are there, whose reading may take one rank longer than others.
void train_together(Session& session) {
  constexpr auto kReading = std::chrono::hours(1);
  const auto& id = session.plan->settings.plugin;
  if (!session.method->ability(kSlicedStep))
    throw Error(ExitCode::usage,
                {"method " + id, "a method for several processes",
                 "one whose step over a part of a batch may be another (no ability " +
                     std::string(kSlicedStep) + ")",
                 "train it in one process (unset RANK)"});
  for (const auto& phase : session.phases)
    for (const auto& stream : phase.streams)
      own_part(stream.batch, session.group.get(),
               "phase '" + phase.name + "', " + described(stream));
  session.group->wait_for_all(kReading);
  session.data.ranks = session.group.get();
  require_equal(session.registry->tensors(), *session.group);
}

/// The data, the split, and what is to be said of both. May change the plan.
void take_data(Session& session, Seen& seen, std::vector<int64_t> shape,
               const std::optional<Begun>& begun, const ReadingEvents& events) {
  auto& plan = *session.plan;
  session.dataset =
      read_dataset(plan.dataset, plan.settings.data,
                   {.progress = events.progress, .preferred_shape = std::move(shape)});
  events.read(session.dataset);
  plan.complete_paths();
  const auto before =
      choose_split(session, seen, begun ? begun->split_file : given_split(plan.settings));
  if (!session.split.test_from_training)
    require_learnable_classes(session.dataset, plan.settings.dataset);
  session.content.hash = content_of(session.dataset, session.split);
  if (begun) return check_content(session, before, *begun);
  for (auto& line : contradictions_of(session.dataset, check_command(plan)))
    session.warnings.push_back(std::move(line));
  choose_for_labels(session);
}

}  // namespace

Session open_session(std::unique_ptr<Plan> plan, const std::optional<Begun>& begun,
                     const ReadingEvents& events) {
  Session session;
  session.plan = std::move(plan);
  const auto launch = launch_of_environment();
  const auto device = device_of(session.plan->settings.device, launch);
  if (launch)
    session.group =
        join_group(*launch, device, std::chrono::seconds(session.plan->settings.timeout));
  if (const auto text = unused_card(session.plan->settings.device))
    session.warnings.push_back(*text);
  session.threads =
      std::make_unique<Threads>(session.plan->settings.threads, launch ? launch->local_size : 1);
  auto start = pretrained_start(*session.plan, device, begun ? &begun->record : nullptr);
  session.encoder = std::move(start.encoder);
  session.misses_weights = start.misses_weights;
  if (begun) settle_plugins(session, begun);
  Seen seen(session, events);
  take_data(session, seen, std::move(start.shape), begun, events);
  if (!begun) settle_plugins(session, begun);  // the data may have chosen another method
  const auto& settings = session.plan->settings;
  const auto& dataset = seen.dataset();
  auto chosen =
      choose_residency(settings.residency, bytes_of_data(dataset), device, free_bytes(device));
  if (!chosen.note.empty()) session.notes.push_back(std::move(chosen.note));
  session.data = place(dataset, session.split, device, settings.preparation, chosen.residency);
  session.data.task.precision = choose_precision(settings.precision, device);
  if (session.misses_weights) session.warnings.push_back(text_of_missing_weights());
  if (auto text = slow_precision(session.data.task.precision, device); !text.empty())
    session.warnings.push_back(std::move(text));
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
  if (session.group) train_together(session);
  return session;
}

}  // namespace sslhost::host
