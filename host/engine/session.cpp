// SPDX-License-Identifier: Apache-2.0
#include "host/engine/session.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

#include <ATen/Context.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/tensor.h>

#include "sslhost/error.hpp"

#include "host/config/utf8.hpp"
#include "host/data/split_file.hpp"
#include "host/device/device.hpp"
#include "host/loading/guard.hpp"
#include "host/trainer/early_stopping.hpp"
#include "host/trainer/trainer.hpp"

namespace sslhost::host {

namespace {

std::span<const int64_t> labels_of(const Samples& samples) {
  return {samples.labels.const_data_ptr<int64_t>(), static_cast<size_t>(samples.size())};
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "" : " ") + name;
  return all;
}

std::string range_of(const Tensor& labels) {
  return std::to_string(labels.min().item<int64_t>()) + " to " +
         std::to_string(labels.max().item<int64_t>());
}

void check_part(const Samples& part, const Dataset& dataset,
                const std::function<void(const std::string&, const std::string&)>& wrong) {
  const auto type = part.data.scalar_type();
  if (part.data.dim() != 4 || (type != at::kByte && type != at::kFloat) ||
      !part.data.is_contiguous())
    wrong("contiguous samples [N,C,H,W], uint8 or float32", "another shape, type or layout");
  if (part.data.sizes().slice(1) != dataset.train.data.sizes().slice(1) ||
      type != dataset.train.data.scalar_type())
    wrong("test samples of the training samples' shape and type", "another");
  if (type == at::kFloat && !at::isfinite(part.data).all().item<bool>())
    wrong("finite features", "NaN or infinite ones");
  if (part.labels.dim() != 1 || part.labels.scalar_type() != at::kLong ||
      part.labels.size(0) != part.size() || !part.labels.is_contiguous())
    wrong("one int64 label a sample", "another shape or type");
  const auto classes = static_cast<int64_t>(dataset.classes.size());
  if (part.labels.min().item<int64_t>() < 0 || part.labels.max().item<int64_t>() >= classes)
    wrong("labels from 0 to " + std::to_string(classes - 1), range_of(part.labels));
}

/// A dataset plugin may be anyone's: what it returned is checked once, here.
void check(const Dataset& dataset, const std::string& id) {
  const auto wrong = [&](const std::string& expected, const std::string& found) {
    throw Error(ExitCode::plugin, {"dataset " + id, expected, found, "tell the plugin's author"});
  };
  if (dataset.classes.size() < 2)
    wrong("at least two classes", std::to_string(dataset.classes.size()));
  if (std::set(dataset.classes.begin(), dataset.classes.end()).size() != dataset.classes.size())
    wrong("a name of its own for each class", joined(dataset.classes));
  if (!std::all_of(dataset.classes.begin(), dataset.classes.end(), is_utf8))
    wrong("class names in UTF-8", "other bytes");
  if (dataset.train.size() < 1) wrong("training samples", "none");
  for (const auto* part : {&dataset.train, &dataset.test})
    if (part->size() > 0) check_part(*part, dataset, wrong);
}

Dataset load_dataset(Plan& plan) {
  const auto& id = plan.settings.dataset;
  auto reader = guarded(id, "make", -1, [&] { return plan.dataset.dataset->make(); });
  auto dataset = guarded(id, "load", -1, [&] { return reader->load(plan.settings.data); });
  check(dataset, id);
  return dataset;
}

Split choose_split(Session& session, const std::filesystem::path& file) {
  const auto& settings = session.plan->settings;
  const auto classes = static_cast<int64_t>(session.dataset.classes.size());
  const auto labels = labels_of(session.dataset.train);
  if (file.empty())
    return draw_split(labels, classes, session.dataset.test.size(),
                      settings.split_request(classes, session.dataset.train.size()),
                      session.warnings);
  auto record = load_split(file);
  check_split_fits(file, record, settings.dataset, classes, labels, session.dataset.test.size());
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

void choose_threads(Threads& threads, const Registry& registry, const std::vector<Phase>& phases) {
  int64_t batch = 0, weights = 0;
  for (const auto& phase : phases)
    for (const auto& stream : phase.streams) batch = std::max(batch, stream.batch);
  for (const auto& [name, tensor] : registry.tensors()) weights += tensor.numel();
  threads.suit(batch * registry.task().inputs(), batch * weights);
}

}  // namespace

void build_method(Plan& plan, const Task& task, std::unique_ptr<Registry>& registry,
                  std::unique_ptr<Method>& method) {
  const auto& id = plan.settings.plugin;
  registry = std::make_unique<Registry>(task, plan.settings.model,
                                        static_cast<uint64_t>(plan.settings.seed));
  method = guarded(id, "make", -1, [&] { return plan.method.method->make(); });
  // Modules of a method's own draw their first weights from LibTorch's generators.
  at::manual_seed(registry->seed("build"));
  guarded(id, "build", -1, [&] { method->build(*registry); });
  if (registry->problems().empty()) return;
  std::string all;
  for (const auto& problem : registry->problems()) all += (all.empty() ? "" : "\n") + problem;
  throw Error(ExitCode::usage,
              {"method " + id, "", all, "see `sslhost --plugin " + id + " --help`"});
}

Session open_session(std::unique_ptr<Plan> plan, const std::filesystem::path& split_file) {
  Session session;
  session.plan = std::move(plan);
  const auto& settings = session.plan->settings;
  const auto device = choose_device(settings.device);
  session.threads = std::make_unique<Threads>(settings.threads);
  session.dataset = load_dataset(*session.plan);
  // As recorded: a run may be resumed, or asked to predict, from another working folder.
  if (auto& data = session.plan->settings.data; !data.empty())
    data = std::filesystem::absolute(data).string();
  session.split = choose_split(session, split_file);
  session.data = place(session.dataset, session.split, device, settings.preparation);
  if (session.data.test.size() == 0)
    throw Error(ExitCode::usage, {"dataset " + settings.dataset, "a test part", "none",
                                  "hold one out with --holdout N"});
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

TestPart test_part(const std::filesystem::path& run, const TrainRequest& request,
                   const std::vector<std::string>& classes) {
  const auto plan = recorded_plan(run / "config.toml", request);
  const auto& id = plan->settings.dataset;
  auto dataset = load_dataset(*plan);
  if (dataset.classes != classes)
    throw Error(ExitCode::data, {"dataset " + id, "the model's classes: " + joined(classes),
                                 joined(dataset.classes), "name other data with --data"});
  if (plan->settings.holdout > 0) {
    const auto file = run / "split.json";
    const auto record = load_split(file);
    check_split_fits(file, record, id, static_cast<int64_t>(classes.size()),
                     labels_of(dataset.train), dataset.test.size());
    const auto rows = at::tensor(record.split.test, at::kLong);
    return {{dataset.train.data.index_select(0, rows), dataset.train.labels.index_select(0, rows)},
            record.split.test};
  }
  if (dataset.test.size() == 0)
    throw Error(ExitCode::data,
                {"dataset " + id, "a test part", "none", "name other data with --data"});
  std::vector<int64_t> ids(static_cast<size_t>(dataset.test.size()));
  std::iota(ids.begin(), ids.end(), 0);
  return {dataset.test, std::move(ids)};
}

}  // namespace sslhost::host
