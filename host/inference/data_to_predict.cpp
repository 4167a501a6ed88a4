// SPDX-License-Identifier: Apache-2.0
#include "host/inference/data_to_predict.hpp"

#include <numeric>
#include <optional>

#include <ATen/ops/tensor.h>

#include "sslhost/error.hpp"

#include "host/data/check_dataset.hpp"
#include "host/data/run_data.hpp"
#include "host/data/split_file.hpp"

namespace sslhost::host {

namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "" : " ") + name;
  return all.empty() ? "none" : all;
}

/// Classes are the meaning of labels: where there are none, none need be named.
void require_classes(const DataPlan& plan, const Dataset& dataset,
                     const std::vector<std::string>& classes) {
  if (dataset.classes.empty() || dataset.classes == classes) return;
  throw Error(ExitCode::data, {"dataset " + plan.dataset, "the model's classes: " + joined(classes),
                               joined(dataset.classes), "name other data with --data"});
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
  if (plan.holdout < 1) return std::nullopt;
  const auto file = run / "split.json";
  const auto record = load_split(file);
  try {
    check_split_fits(file, record, plan.dataset, source_of(dataset));
  } catch (const Error&) {
    if (plan.own) throw;
    return std::nullopt;
  }
  return some(dataset.train, record.split.test);
}

}  // namespace

DataToPredict data_to_predict(const DataPlan& plan, const std::filesystem::path& run,
                              const std::vector<std::string>& classes) {
  const auto dataset = read_dataset(plan.plugin, plan.data, DataUse::prediction);
  require_classes(plan, dataset, classes);
  if (dataset.test.size() > 0 && !dataset.test.labels.defined()) return whole(dataset.test);
  if (auto part = held_out(plan, dataset, run)) return std::move(*part);
  if (dataset.test.size() > 0) return whole(dataset.test);
  if (dataset.unlabeled.size() > 0) return whole(dataset.unlabeled);
  if (!plan.own && dataset.train.size() > 0) return whole(dataset.train);
  throw Error(ExitCode::data, {"dataset " + plan.dataset, "a test part, or an unlabeled one",
                               "neither", "name other data with --data"});
}

}  // namespace sslhost::host
