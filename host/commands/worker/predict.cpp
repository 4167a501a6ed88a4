// SPDX-License-Identifier: Apache-2.0
// sslhost predict RUN: a trained model's predictions, of files that are named or of a dataset.

#include <algorithm>

#include <signal.h>

#include "sslhost/engine.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/worker/predict_dataset.hpp"
#include "host/commands/worker/predict_files.hpp"
#include "host/commands/worker/request.hpp"
#include "host/config/recognized_dataset.hpp"
#include "host/data/file_reader.hpp"
#include "host/device/threads.hpp"
#include "host/inference/loaded_model.hpp"
#include "host/inference/require_scale.hpp"
#include "host/model/model_facts.hpp"
#include "host/model/model_file.hpp"

namespace sslhost::host {

namespace {

/// The folder of the run whose model this is; empty where there is a model alone.
std::filesystem::path run_of(const std::filesystem::path& run_or_model) {
  std::error_code ignored;
  const bool is_run = std::filesystem::exists(run_or_model / "config.toml", ignored);
  return is_run ? run_or_model : std::filesystem::path();
}

/// Of the paths the one that tells what kind of data they are: the first may be a broken file.
std::string telling(const std::vector<std::string>& paths, const TrainRequest& request) {
  constexpr size_t kAsked = 20;
  const bool said =
      std::ranges::any_of(request.options, [](const auto& o) { return o.first == "dataset"; });
  if (said) return paths.front();
  const auto search = make_search_path({request.plugin_files, request.plugin_folders});
  for (size_t i = 0; i < std::min(kAsked, paths.size()); ++i)
    if (!datasets_that_recognize(paths[i], search).empty()) return paths[i];
  return paths.front();
}

/// Of data that are not read file by file, one path is what --data names.
void require_one_path(const PredictionRequest& request, const std::string& dataset) {
  if (request.sorting != Sorting::none)
    throw Error(ExitCode::usage,
                {request.sorting == Sorting::move ? "--move" : "--link", "files such as photos",
                 "data of dataset " + dataset + ", whose samples are no files", "leave it out"});
  if (request.paths.size() > 1)
    throw Error(ExitCode::usage,
                {"sslhost predict", "one path of dataset " + dataset,
                 std::to_string(request.paths.size()) + " of them", "predict them one by one"});
}

int predict(const PredictionRequest& request, const TrainRequest& options) {
  const auto run = run_of(request.model);
  const auto facts = model_facts(find_model_file(request.model));
  const auto path = request.paths.empty() ? "" : telling(request.paths, options);
  const auto plan = make_data_plan(run.empty() ? run : run / "config.toml", options,
                                   {.path = path, .reader = facts.reader});
  const bool files = !request.paths.empty() && FileReader(plan->plugin, {}).reads_files();
  if (!request.paths.empty() && !files) require_one_path(request, plan->dataset);
  const Threads threads(plan->threads);
  const auto classifier = Classifier::load(request.model, plan->device, options);
  ProgressLine progress(request.quiet);  // gone from the terminal before anything else is said
  if (files) return predict_files(request, *plan, classifier, facts.scale, progress);
  const auto data = data_to_predict(
      *plan, run, classifier, [&](int64_t done, int64_t all) { progress.reading(done, all); });
  const auto shape = data.samples.data.sizes().slice(1);
  if (shape == IntArrayRef(classifier.shape()))  // else the classifier says what is wrong
    require_scale(data.scale, facts.scale, plan->dataset);
  for (const auto& note : data.notes) progress.note(note);
  for (const auto& warning : data.warnings) progress.warning(warning);
  return predict_dataset(request, data, classifier, progress);
}

}  // namespace

int predict_command(const CommandLine& line) {
  // Whoever reads the output has enough, as in `| head`: that ends us quietly, even where our
  // parent ignores the signal.
  signal(SIGPIPE, SIG_DFL);
  const auto request = prediction_request(line);
  require_run_or_model(request.model,
                       "name the run first, and then what to predict: "
                       "sslhost predict RUN PATH...");
  static_cast<void>(find_model_file(request.model));  // before anything is said of its data
  return predict(request, request_of(line));
}

}  // namespace sslhost::host
