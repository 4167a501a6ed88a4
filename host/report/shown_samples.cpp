// SPDX-License-Identifier: Apache-2.0
#include "host/report/shown_samples.hpp"

#include <algorithm>

#include <ATen/ops/tensor.h>

#include "host/data/pools.hpp"
#include "host/report/doubtful_labels.hpp"
#include "host/report/jpeg.hpp"
#include "host/report/png.hpp"
#include "host/report/shown_images.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kUnsure = 24, kOfUnlabeled = 12, kDoubtful = 24;  // shown
constexpr int64_t kUnsureRows = 12;                                 // of data without pictures
constexpr int64_t kMostChecked = 2000;  // labeled samples of the feature check
constexpr int64_t kWidth = 96;          // of a picture on the page
constexpr int64_t kSmall = 48;          // up to this side pixels are kept as they are

/// pool_images or test_images.
using ImagesOf = Images (*)(const PictureInputs&, const Tensor&);

std::vector<ShownSample> shown(const PictureInputs& inputs,
                               const std::vector<PredictedSample>& samples, ImagesOf images_of) {
  std::vector<ShownSample> all;
  std::vector<int64_t> rows;
  for (const auto& sample : samples) {
    rows.push_back(sample.id);
    auto& one = all.emplace_back();
    one.predicted = sample.predicted;
    one.label = sample.label;
    one.probability = sample.probability;
  }
  if (rows.empty() || !inputs.are_pictures()) return all;
  const auto device = inputs.data.labeled.rows.device();
  const auto images = images_of(inputs, at::tensor(rows, at::kLong).to(device));
  const auto side = std::max(images.height, images.width);
  for (size_t i = 0; i < all.size(); ++i) {
    const auto raster = one_image(images, static_cast<int64_t>(i));
    all[i].image = side > kSmall ? encode_jpeg(raster) : encode_png(raster);
    all[i].width = std::max<int64_t>(1, kWidth * images.width / side);
  }
  return all;
}

std::string name_or_number(std::string name, int64_t id) {
  return name.empty() ? "sample " + std::to_string(id) : std::move(name);
}

std::vector<ShownSample> shown_of_pool(const PictureInputs& inputs,
                                       const std::vector<PredictedSample>& samples) {
  auto all = shown(inputs, samples, pool_images);
  for (size_t i = 0; i < all.size(); ++i)
    all[i].name = name_or_number(pool_name(inputs.dataset, inputs.split.train_size, samples[i].id),
                                 samples[i].id);
  return all;
}

/// Of the first labeled samples, on the CPU.
struct LabeledFeatures {
  Tensor features, labels, ids;
};

LabeledFeatures labeled_features(const PictureInputs& inputs) {
  const auto& pool = inputs.data.labeled;
  const auto count = std::min(pool.size(), kMostChecked);
  const auto rows = pool.rows.narrow(0, 0, count);
  return {gather(pool.data, rows, Scale()).cpu().contiguous(),
          pool.labels.narrow(0, 0, count).cpu().contiguous(), rows.cpu().contiguous()};
}

void least_probable_first(std::vector<PredictedSample>& samples) {
  std::stable_sort(samples.begin(), samples.end(),
                   [](const auto& a, const auto& b) { return a.probability < b.probability; });
}

/// The surest of each class, as many of one as of another: all of them may be of the easiest.
std::vector<PredictedSample> surest_of_each(const std::vector<PredictedSample>& by_probability,
                                            int64_t classes) {
  const auto of_each = std::max<int64_t>(1, kOfUnlabeled / classes);
  std::vector<int64_t> taken(static_cast<size_t>(classes));
  std::vector<PredictedSample> surest;
  for (auto at = by_probability.rbegin();
       at != by_probability.rend() && static_cast<int64_t>(surest.size()) < kOfUnlabeled; ++at)
    if (taken[static_cast<size_t>(at->predicted)]++ < of_each) surest.push_back(*at);
  std::stable_sort(surest.begin(), surest.end(),
                   [](const auto& a, const auto& b) { return a.predicted < b.predicted; });
  return surest;
}

}  // namespace

DataSummary data_summary(const PictureInputs& inputs) {
  const auto& dataset = inputs.dataset;
  const auto counts = inputs.data.labeled.labels.bincount({}, inputs.data.task.classes)
                          .to(at::kLong)
                          .cpu()
                          .contiguous();
  return {.labeled = {counts.const_data_ptr<int64_t>(),
                      counts.const_data_ptr<int64_t>() + counts.numel()},
          .shape = dataset.train.data.sizes().slice(1).vec(),
          .test_from_training = inputs.split.test_from_training,
          .notes = dataset.notes,
          .warnings = dataset.warnings,
          .left_out = dataset.left_out};
}

std::optional<ClassMeansError> feature_check(const PictureInputs& inputs) {
  if (!inputs.encoded) return std::nullopt;
  const auto [features, labels, ids] = labeled_features(inputs);
  return class_means_error(
      {features.const_data_ptr<float>(), static_cast<size_t>(features.numel())},
      {labels.const_data_ptr<int64_t>(), static_cast<size_t>(labels.numel())},
      inputs.data.task.classes);
}

std::vector<ShownSample> doubtful_samples(const PictureInputs& inputs) {
  if (!inputs.encoded) return {};
  const auto [features, labels, ids] = labeled_features(inputs);
  auto found = doubtful_labels(features.flatten(1), labels, inputs.data.task.classes);
  found.resize(std::min(found.size(), static_cast<size_t>(kDoubtful)));
  std::vector<PredictedSample> samples;
  for (const auto& one : found)
    samples.push_back({.id = ids.const_data_ptr<int64_t>()[one.place],
                       .predicted = one.nearest,
                       .label = one.label,
                       .probability = one.share});
  return shown_of_pool(inputs, samples);
}

std::vector<ShownSample> least_sure(const PictureInputs& inputs, const Predictions& test) {
  const auto& part = inputs.data.test;
  const auto rows = part.rows.cpu(), labels = part.labels.cpu();
  std::vector<PredictedSample> all;
  for (int64_t i = 0; i < part.size(); ++i)
    all.push_back({rows.const_data_ptr<int64_t>()[i], test.classes.const_data_ptr<int64_t>()[i],
                   labels.const_data_ptr<int64_t>()[i],
                   test.probabilities.const_data_ptr<double>()[i]});
  least_probable_first(all);
  const auto most = inputs.are_pictures() ? kUnsure : kUnsureRows;
  all.resize(std::min(all.size(), static_cast<size_t>(most)));
  if (inputs.split.test_from_training) return shown_of_pool(inputs, all);
  auto samples = shown(inputs, all, test_images);
  const auto& names = inputs.dataset.test.names;
  for (size_t i = 0; i < samples.size(); ++i)
    samples[i].name =
        name_or_number(names.empty() ? "" : names.at(static_cast<size_t>(all[i].id)), all[i].id);
  return samples;
}

UnlabeledSummary unlabeled_summary(const PictureInputs& inputs,
                                   const UnlabeledPredictions& predictions) {
  const auto classes = static_cast<size_t>(inputs.data.task.classes);
  UnlabeledSummary summary = {.pool = predictions.pool,
                              .predicted = static_cast<int64_t>(predictions.samples.size()),
                              .per_class = std::vector<int64_t>(classes),
                              .mean_probability = std::vector<double>(classes),
                              .surest = {},
                              .least_sure = {}};
  for (const auto& sample : predictions.samples) {
    const auto k = static_cast<size_t>(sample.predicted);
    ++summary.per_class[k];
    summary.mean_probability[k] += sample.probability;
  }
  for (size_t k = 0; k < classes; ++k)
    summary.mean_probability[k] /= std::max<double>(1, static_cast<double>(summary.per_class[k]));
  auto sorted = predictions.samples;
  least_probable_first(sorted);
  summary.surest = shown_of_pool(inputs, surest_of_each(sorted, inputs.data.task.classes));
  sorted.resize(std::min(sorted.size(), static_cast<size_t>(kOfUnlabeled)));
  summary.least_sure = shown_of_pool(inputs, sorted);
  return summary;
}

}  // namespace sslhost::host
