// SPDX-License-Identifier: Apache-2.0
#include "host/engine/run_record.hpp"

#include <algorithm>

#include <sys/resource.h>

#include <torch/version.h>

#include "sslhost/nn/kernels.hpp"

#include "host/device/device.hpp"
#include "host/device/kernel_variables.hpp"
#include "host/evaluate/classification.hpp"

namespace sslhost::host {

namespace {

std::vector<double> doubles(const std::vector<float>& values) {
  return {values.begin(), values.end()};
}

RunRecord::Data data_of(const Session& session) {
  const auto& task = session.data.task;
  std::map<std::string, std::string> damaged;
  for (const auto& file : session.dataset.left_out)
    if (file.damaged) damaged[file.name] = file.reason;
  return {.classes = session.dataset.classes,
          .shape = {task.channels, task.height, task.width},
          .data_rms = task.data_rms,
          .mean = doubles(session.data.test.scale.means()),
          .std = doubles(session.data.test.scale.stds()),
          .labeled = task.labeled,
          .unlabeled = task.unlabeled,
          .validation = session.data.validation.size(),
          .test = session.data.test.size(),
          .split_hash = session.split.hash,
          .content = session.content,
          .encoder = session.encoder ? session.encoder->network() : "",
          .encoder_checksum = session.encoder ? session.encoder->checksum() : "",
          .origin = session.dataset.origin,
          .licence = session.dataset.licence,
          .damaged = std::move(damaged)};
}

std::vector<RunRecord::Option> options_of(Plan& plan) {
  std::vector<RunRecord::Option> options;
  for (auto* list : plan.lists())
    for (const auto& option : list->all())
      options.push_back({option.name(), option.value(), plan.origins[option.name()]});
  return options;
}

RunRecord::Device device_of(c10::Device device) {
  auto kernels = kernel_paths();
  for (auto& variable : kernel_variables()) kernels.push_back(std::move(variable));
  return {.name = device.str(), .hardware = device_text(device), .kernels = std::move(kernels)};
}

/// Of the batches of `iterations`, counted over all phases; 0 where one of several ended early.
std::int64_t samples_drawn(const std::vector<Phase>& phases, std::int64_t iterations) {
  std::int64_t planned = 0, samples = 0;
  for (const auto& phase : phases) {
    std::int64_t batch = 0;
    for (const auto& stream : phase.streams) batch += stream.batch;
    const auto done = std::min(phase.iterations, iterations - planned);
    planned += phase.iterations;
    samples += done * batch;
  }
  return planned == iterations || phases.size() == 1 ? samples : 0;
}

/// Of this process until now, in bytes.
std::int64_t peak_memory() {
  rusage used = {};
  getrusage(RUSAGE_SELF, &used);
  return std::int64_t{used.ru_maxrss} * 1024;
}

}  // namespace

RunRecord record_of(Session& session) {
  auto& plan = *session.plan;
  return {.status = RunRecord::Status::running,
          .method = plan.settings.plugin,
          .dataset = plan.settings.dataset,
          .method_plugin = session.method_plugin,
          .dataset_plugin = session.dataset_plugin,
          .versions = {.sslhost = SSLHOST_VERSION,
                       .method = plan.method.record.version,
                       .dataset = plan.dataset.record.version,
                       .libtorch = TORCH_VERSION,
                       .compiler = "g++ " __VERSION__},
          .device = device_of(session.data.task.device),
          .data = data_of(session),
          .init = session.init,
          .options = options_of(plan),
          .results = {}};
}

void keep_origins(Plan& plan, const RunRecord& begun) {
  for (auto* list : plan.lists())
    for (const auto& option : list->all())
      for (const auto& then : begun.options)
        if (then.name == option.name() && then.value == option.value())
          plan.origins[option.name()] = then.origin;
}

RunRecord::Results results_of(const Session& session, const Evaluation& test,
                              std::optional<double> temperature, const Position& end,
                              double set_up_seconds) {
  const auto& data = session.data;
  const auto scores = classify(test.confusion, data.task.classes);
  const auto reliability = [&](Temperature at) {
    return reliability_of(data.test, test.predictions, at);
  };
  return {.iterations = end.total,
          .weights_of_iteration = end.weights_of,
          .test_error = test.error(),
          .test_errors = test.errors,
          .test_samples = test.samples,
          .test_loss = test.loss,
          .macro_f1 = scores.macro.f1,
          .weighted_f1 = scores.weighted.f1,
          .seconds = end.seconds,
          .evaluation_seconds = end.evaluation_seconds,
          .set_up_seconds = set_up_seconds,
          .samples_drawn = samples_drawn(session.phases, end.total),
          .peak_memory = peak_memory(),
          .per_class = scores.classes,
          .confusion = test.confusion,
          .calibration = Calibration{.temperature = temperature,
                                     .fitted_on = data.validation.size(),
                                     .before = reliability(Temperature::one),
                                     .after = reliability(Temperature::as_fitted)}};
}

}  // namespace sslhost::host
