// SPDX-License-Identifier: Apache-2.0
#include "host/inference/data_to_predict.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

#include <ATen/ops/tensor.h>

#include "sslhost/error.hpp"

#include "host/data/check_dataset.hpp"
#include "host/data/run_data.hpp"
#include "host/data/split_file.hpp"
#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace {

std::string list_of(const std::vector<std::string>& names) {
  return names.empty() ? "none" : joined(names, " ");
}

/// Gives labels the model's numbers. Data need not have samples of all its classes, and no labels.
void take_classes_of(const DataPlan& plan, Dataset& dataset,
                     const std::vector<std::string>& classes) {
  std::vector<int64_t> numbers;
  for (const auto& name : dataset.classes) {
    const auto found = std::find(classes.begin(), classes.end(), name);
    if (found == classes.end())
      throw Error(ExitCode::data,
                  {"dataset " + plan.dataset, "the model's classes: " + list_of(classes),
                   list_of(dataset.classes),
                   "name other data with --data, or data without labels: of pictures, those in a "
                   "folder `unlabeled`"});
    numbers.push_back(found - classes.begin());
  }
  const auto number_of = at::tensor(numbers, at::kLong);
  for (auto* part : {&dataset.train, &dataset.test})
    if (part->labels.defined()) part->labels = number_of.index_select(0, part->labels);
}

DataToPredict whole(const Samples& part) {
  std::vector<int64_t> ids(static_cast<size_t>(part.size()));
  std::iota(ids.begin(), ids.end(), 0);
  return {part, std::move(ids)};
}

DataToPredict some(const Samples& part, const std::vector<int64_t>& ids) {
  const auto rows = at::tensor(ids, at::kLong);
  Samples samples{part.data.index_select(0, rows), part.labels.index_select(0, rows)};
  if (!part.names.empty())
    for (const auto id : ids) samples.names.push_back(part.names[static_cast<size_t>(id)]);
  return {std::move(samples), ids};
}

/// The rows that the run held out, in the data that its split was drawn from or in a copy of them;
/// nothing in other data. Throws Error (data) where the run's own data no longer fit the split.
std::optional<DataToPredict> held_out(const DataPlan& plan, const Dataset& dataset,
                                      const std::filesystem::path& run) {
  const bool asked = plan.holdout > 0, labeled_test = dataset.test.labels.defined();
  if (run.empty() || (!asked && labeled_test)) return std::nullopt;
  const auto file = run / "split.json";
  const auto record = load_split(file);
  if (!record.split.test_from_training) return std::nullopt;
  try {
    check_split_fits(file, record, plan.dataset, source_of(dataset));
  } catch (const Error&) {
    if (plan.own) throw;
    return std::nullopt;
  }
  return some(dataset.train, record.split.test);
}

DataToPredict choose(const DataPlan& plan, const Dataset& dataset,
                     const std::filesystem::path& run) {
  if (dataset.test.size() > 0 && !dataset.test.labels.defined()) return whole(dataset.test);
  if (auto part = held_out(plan, dataset, run)) return std::move(*part);
  if (dataset.test.size() > 0) return whole(dataset.test);
  if (dataset.unlabeled.size() > 0) return whole(dataset.unlabeled);
  if (!plan.own && dataset.train.size() > 0) return whole(dataset.train);
  throw Error(ExitCode::data, {"dataset " + plan.dataset, "a test part, or an unlabeled one",
                               "neither", "name other data with --data"});
}

}  // namespace

DataToPredict data_to_predict(const DataPlan& plan, const std::filesystem::path& run,
                              const Classifier& classifier,
                              const DatasetReader::Progress& progress) {
  auto dataset = read_to_predict(plan.plugin, plan.data, classifier.shape(),
                                 classifier.knowledge_of(plan.dataset), progress);
  take_classes_of(plan, dataset, classifier.classes());
  auto chosen = choose(plan, dataset, run);
  chosen.scale = dataset.scale;
  chosen.notes = dataset.notes;
  chosen.warnings = dataset.warnings;
  return chosen;
}

}  // namespace sslhost::host
