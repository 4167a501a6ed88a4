// SPDX-License-Identifier: Apache-2.0
#include "host/data/run_data.hpp"

#include <algorithm>

#include <ATen/ops/from_blob.h>
#include <ATen/ops/where.h>

#include "sslhost/error.hpp"

#include "host/data/standardize.hpp"

namespace sslhost::host {

namespace {

Tensor rows_of(const std::vector<int64_t>& ids) {
  return at::from_blob(const_cast<int64_t*>(ids.data()), {static_cast<int64_t>(ids.size())},
                       at::kLong)
      .clone();
}

/// Those that the dataset knows: samples of its unlabeled part, which come after the training
/// part's, have none.
Tensor hidden_labels(const Tensor& labels, const std::vector<int64_t>& ids) {
  const auto rows = rows_of(ids);
  const auto known = rows.lt(labels.size(0));
  if (!known.any().item<bool>()) return {};
  return at::where(known, labels.index_select(0, rows.where(known, 0)), -1);
}

/// Of at most 4,096 images: a shuffled pool's first are a random sample of it. In pieces: at
/// 224×224 all of them at once would take gigabytes.
double data_rms(const ResidentPool& pool) {
  const auto count = std::min<int64_t>(pool.size(), 4096);
  const auto sum_over_pieces = [&](const auto& value) {
    Tensor sum;
    for (int64_t first = 0; first < count; first += 256) {
      const auto some = pool.rows.narrow(0, first, std::min<int64_t>(256, count - first));
      const auto part = value(gather(pool.data, some, pool.scale).flatten(1).to(at::kDouble));
      sum = sum.defined() ? sum + part : part;
    }
    return sum / count;
  };
  const auto mean = sum_over_pieces([](const Tensor& images) { return images.sum(0); });
  const auto square =
      sum_over_pieces([&](const Tensor& images) { return (images - mean).square().sum(); });
  const auto rms = square.sqrt().item<double>();
  // Of equal samples the mean differs from each by the rounding of a sum.
  return rms <= 1e-10 * mean.norm().item<double>() ? 0 : rms;
}

/// Where all samples are one and the same, no method finds a direction or a class.
void require_different(const ResidentPool& pool, double rms, const std::string& which) {
  if (rms > 0) return;
  const bool one = pool.size() == 1;
  throw Error(ExitCode::data,
              {"the " + which, "samples that differ from each other",
               one ? "a single one" : std::to_string(pool.size()) + " equal ones",
               one ? "use more of them (--unlabeled, --labels)"
                   : "nothing can be learned from them: check them with `sslhost data PATH`"});
}

/// By what the user gave, else by the pool that methods see, which holds no test sample.
Scale scale_of(const Dataset& dataset, const Split& split, const Preparation& preparation,
               c10::Device device) {
  using Standardize = Preparation::Standardize;
  ChannelMoments numbers = {numbers_of("mean", preparation.mean),
                            numbers_of("std", preparation.std)};
  const bool wanted = preparation.standardize == Standardize::yes ||
                      (preparation.standardize == Standardize::automatic && dataset.standardize);
  const auto moments_of_pool = [&] {
    const auto stored = SampleStorage::on(c10::kCPU, dataset.train.data, dataset.unlabeled.data);
    const auto& pool = split.unlabeled.empty() ? split.labeled : split.unlabeled;
    return channel_moments(stored, pool, dataset.scale);
  };
  if (wanted && numbers.mean.empty() && numbers.std.empty()) numbers = moments_of_pool();
  const bool by_rms = preparation.standardize == Standardize::automatic && dataset.unit_rms;
  if (by_rms && numbers.mean.empty() && numbers.std.empty()) {
    numbers.mean = {0};
    numbers.std = {root_mean_square(moments_of_pool())};
  }
  return {dataset.scale, numbers.mean, numbers.std, dataset.train.data.size(1), device};
}

}  // namespace

SplitSource source_of(const Dataset& dataset) {
  SplitSource source = {.labels = {},
                        .names = dataset.train.names,
                        .classes = static_cast<int64_t>(dataset.classes.size()),
                        .class_names = dataset.classes,
                        .test_size = dataset.test.size(),
                        .unlabeled_size = dataset.unlabeled.size()};
  if (const auto& labels = dataset.train.labels; labels.defined())
    source.labels = {labels.const_data_ptr<int64_t>(), static_cast<size_t>(labels.size(0))};
  return source;
}

DataKind kind_of(const ImageShape& shape) {
  if (shape.pixels() == 2) return DataKind::points;
  return shape.height * shape.width > 1 ? DataKind::image : DataKind::features;
}

RunData place(const Dataset& dataset, const Split& split, c10::Device device,
              const Preparation& preparation, Residency residency) {
  RunData run;
  run.read_ahead = residency == Residency::host;
  const auto stored = run.read_ahead ? SampleStorage::on_host_for : SampleStorage::on;
  const auto train = stored(device, dataset.train.data, dataset.unlabeled.data);
  const ImageShape shape{train.shape()[0], train.shape()[1], train.shape()[2]};
  const auto scale = scale_of(dataset, split, preparation, device);
  run.weak = fit(parse_augmentation("weak", preparation.weak), shape);
  run.strong = fit(parse_augmentation("strong", preparation.strong_words()), shape);
  require_fit(run.weak);
  const auto part = [&](const std::vector<int64_t>& ids) {
    const auto rows = rows_of(ids);
    return LabeledPart{train, rows.to(device),
                       dataset.train.labels.index_select(0, rows).to(device), scale};
  };
  const auto labeled = part(split.labeled);
  run.labeled = {train, labeled.rows, labeled.labels, scale};
  run.unlabeled = {train, rows_of(split.unlabeled).to(device), {}, scale};
  if (const auto hidden = hidden_labels(dataset.train.labels, split.unlabeled); hidden.defined())
    run.hidden_labels = hidden.to(device);
  run.validation = part(split.validation);
  if (split.test_from_training) {
    run.test = part(split.test);
  } else {
    const auto rows = rows_of(split.test);
    run.test = {stored(device, dataset.test.data, {}), rows.to(device),
                dataset.test.labels.index_select(0, rows).to(device), scale};
  }
  const bool has_unlabeled = run.unlabeled.size() > 0;
  const auto& pool = has_unlabeled ? run.unlabeled : run.labeled;
  const auto rms = data_rms(pool);
  require_different(pool, rms, has_unlabeled ? "unlabeled pool" : "labeled samples");
  run.task = {.classes = static_cast<int64_t>(dataset.classes.size()),
              .channels = shape.channels,
              .height = shape.height,
              .width = shape.width,
              .kind = kind_of(shape),
              .labeled = run.labeled.size(),
              .unlabeled = run.unlabeled.size(),
              .data_rms = rms,
              .mean = scale.means(),
              .std = scale.stds(),
              .augmented = !run.weak.empty(),
              .device = device};
  return run;
}

}  // namespace sslhost::host
