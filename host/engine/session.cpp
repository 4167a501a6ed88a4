// SPDX-License-Identifier: Apache-2.0
#include "host/engine/session.hpp"

#include <algorithm>

#include "sslhost/error.hpp"

#include "host/data/check_dataset.hpp"
#include "host/data/split_file.hpp"
#include "host/device/device.hpp"
#include "host/discovery/user_folders.hpp"
#include "host/encode/features.hpp"
#include "host/model/build_method.hpp"
#include "host/trainer/early_stopping.hpp"
#include "host/trainer/trainer.hpp"

namespace sslhost::host {

namespace {

bool has_labeled_test(const Session& session) {
  const auto& test = session.dataset.test;
  return test.size() > 0 && test.labels.defined();
}

Split choose_split(Session& session, const std::filesystem::path& file) {
  const auto& settings = session.plan->settings;
  const auto source = source_of(session.dataset);
  if (file.empty()) {
    const auto request = settings.split_request(source, has_labeled_test(session));
    return draw_split(source, request, session.warnings);
  }
  auto record = load_split(file);
  check_split_fits(file, record, settings.dataset, source);
  return std::move(record.split);
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

/// Its name is recorded from here on: a run that goes on has what it began with.
std::unique_ptr<Encoder> chosen_encoder(Plan& plan, c10::Device device) {
  auto& name = plan.settings.encoder;
  if (name == "auto") {
    const bool wanted = plan.origins["model"] == "default" && weights_named(kUsualEncoder) &&
                        takes_any_size(plan.dataset);
    name = wanted ? kUsualEncoder : "none";
  }
  if (name == "none") return nullptr;
  return std::make_unique<Encoder>(load_pretrained(name), device);
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

}  // namespace

Session open_session(std::unique_ptr<Plan> plan, const std::filesystem::path& split_file,
                     const ReadingEvents& events) {
  Session session;
  session.plan = std::move(plan);
  const auto& settings = session.plan->settings;
  const auto device = choose_device(settings.device);
  session.threads = std::make_unique<Threads>(settings.threads);
  session.encoder = chosen_encoder(*session.plan, device);
  const auto& encoder = session.encoder;
  session.dataset =
      read_dataset(session.plan->dataset, settings.data,
                   {.progress = events.progress,
                    .preferred_shape = encoder ? encoder->shape() : std::vector<int64_t>()});
  events.read(session.dataset);
  session.plan->complete_paths();
  session.split = choose_split(session, split_file);
  const auto seen = encoder
                        ? features_of(session.dataset, *encoder, feature_cache(), events.encoding)
                        : session.dataset;
  session.data = place(seen, session.split, device, settings.preparation);
  build_method(*session.plan, session.data.task, session.registry, session.method);
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
