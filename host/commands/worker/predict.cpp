// SPDX-License-Identifier: Apache-2.0
// sslhost predict RUN: a trained model's predictions on the test part of a dataset, as CSV.

#include <algorithm>
#include <cstdio>

#include "sslhost/engine.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/worker/request.hpp"
#include "host/config/data_plan.hpp"
#include "host/inference/data_to_predict.hpp"
#include "host/log/log.hpp"
#include "host/model/model_file.hpp"
#include "host/run/prediction_table.hpp"

namespace sslhost::host {

namespace {

/// The folder of the run whose model this is; empty where there is a model alone.
std::filesystem::path run_of(const std::filesystem::path& run_or_model) {
  const bool is_run = std::filesystem::exists(run_or_model / "config.toml");
  return is_run ? run_or_model : std::filesystem::path();
}

/// Prints all of them; how many are wrong, where there are labels.
int64_t print(const Classifier& classifier, const DataToPredict& data) {
  const auto& samples = data.samples;
  const auto& ids = data.ids;
  const bool names = !samples.names.empty(), labels = samples.labels.defined();
  const PredictionTable table(classifier.classes(), names, labels);
  const auto [probability, predicted] = classifier.predict(samples.data).max(1);
  std::fputs(table.header().c_str(), stdout);
  int64_t errors = 0;
  for (int64_t i = 0; i < samples.size(); ++i) {
    PredictionLine line{.index = ids[static_cast<size_t>(i)],
                        .name = names ? samples.names[static_cast<size_t>(i)] : "",
                        .predicted = predicted[i].item<int64_t>(),
                        .probability = probability[i].item<double>()};
    if (labels) line.label = samples.labels[i].item<int64_t>();
    errors += labels && line.label != line.predicted;
    std::fputs(table.line(line).c_str(), stdout);
  }
  return errors;
}

}  // namespace

int predict_command(const CommandLine& line) {
  if (line.operands.size() != 1)
    throw Error(ExitCode::usage, {"sslhost predict", "one run folder or model.safetensors",
                                  std::to_string(line.operands.size()) + " operands",
                                  "sslhost predict RUN [--data PATH] [--dataset ID]"});
  const std::filesystem::path model = line.operands[0];
  static_cast<void>(find_model_file(model));  // before anything is said of its data
  const auto run = run_of(model);
  const auto request = request_of(line);
  const auto plan = make_data_plan(run.empty() ? run : run / "config.toml", request);
  const auto classifier = Classifier::load(model, plan->device, request);
  const auto data = data_to_predict(*plan, run, classifier);
  for (const auto& note : data.notes) log::info(note);
  for (const auto& warning : data.warnings) log::warning(warning);
  const auto errors = print(classifier, data);
  const auto count = data.samples.size();
  if (!line.has("quiet") && data.samples.labels.defined())
    std::fprintf(
        stderr, "%lld of %lld wrong (%.2f %%)\n", static_cast<long long>(errors),
        static_cast<long long>(count),
        100.0 * static_cast<double>(errors) / static_cast<double>(std::max<int64_t>(1, count)));
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
