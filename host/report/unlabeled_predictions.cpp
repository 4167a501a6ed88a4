// SPDX-License-Identifier: Apache-2.0
#include "host/report/unlabeled_predictions.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>

#include "sslhost/training/integers.hpp"

#include "host/data/pools.hpp"
#include "host/run/prediction_table.hpp"

namespace sslhost::host {

namespace {

/// Those of the pool that have no label in the run either: where pools overlap it holds labeled
/// ones too.
std::vector<int64_t> without_label(const Split& split) {
  const std::unordered_set<int64_t> labeled(split.labeled.begin(), split.labeled.end());
  std::vector<int64_t> ids;
  for (const auto id : split.unlabeled)
    if (!labeled.contains(id)) ids.push_back(id);
  return ids;
}

/// By id, whatever the order in the split.
std::vector<int64_t> drawn(const std::vector<int64_t>& ids, int64_t most, uint64_t seed) {
  const auto key = random::mix(seed, random::name_key("unlabeled_predictions.csv"));
  const auto order = random::permutation(static_cast<int64_t>(ids.size()), key);
  std::vector<int64_t> chosen;
  for (const auto place : order) {
    if (static_cast<int64_t>(chosen.size()) == most) break;
    chosen.push_back(ids[static_cast<size_t>(place)]);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace

UnlabeledPredictions predict_unlabeled(const PictureInputs& inputs, const Predictor& predictor,
                                       double temperature, int64_t most) {
  const auto ids = without_label(inputs.split);
  const auto chosen = drawn(ids, most, inputs.seed);
  const auto& pool = inputs.data.unlabeled;
  UnlabeledPredictions result;
  result.pool = static_cast<int64_t>(ids.size());
  if (chosen.empty()) return result;
  const auto rows = at::tensor(chosen, at::kLong).to(pool.rows.device());
  predictor.in_pieces(rows.size(0), [&](int64_t first, int64_t count) {
    const auto logits = predictor(gather(pool.data, rows.narrow(0, first, count), pool.scale));
    const auto p = at::softmax(logits.to(at::kDouble) / temperature, 1).cpu();
    const auto [sure, classes] = p.max(1);
    for (int64_t i = 0; i < count; ++i) {
      const double probability = sure.const_data_ptr<double>()[i];
      result.samples.push_back({.id = chosen[static_cast<size_t>(first + i)],
                                .predicted = classes.const_data_ptr<int64_t>()[i],
                                // Of a sample of NaN; the run is done, and worth its report.
                                .probability = std::isnan(probability) ? 0 : probability});
    }
  });
  return result;
}

std::string unlabeled_predictions_csv(const PictureInputs& inputs,
                                      const UnlabeledPredictions& predictions) {
  const auto& dataset = inputs.dataset;
  const bool names = !dataset.train.names.empty() || !dataset.unlabeled.names.empty();
  const PredictionTable table(dataset.classes, names, false);
  std::string text = table.header();
  for (const auto& sample : predictions.samples)
    text += table.line({.index = sample.id,
                        .name = pool_name(dataset, inputs.split.train_size, sample.id),
                        .predicted = sample.predicted,
                        .probability = sample.probability});
  return text;
}

std::string pool_name(const Dataset& dataset, int64_t train_size, int64_t id) {
  const bool of_training = id < train_size;
  const auto& names = of_training ? dataset.train.names : dataset.unlabeled.names;
  return names.empty() ? "" : names.at(static_cast<size_t>(of_training ? id : id - train_size));
}

}  // namespace sslhost::host
