// SPDX-License-Identifier: Apache-2.0
#include "host/report/picture_data.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ops/cat.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include "sslhost/training/random.hpp"

#include "host/data/augment/augment.hpp"
#include "host/data/pools.hpp"
#include "host/run/prediction_table.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kCells =
    124;  // of a decision map, on each side; each is four units of the drawing wide
constexpr size_t kNameCharacters = 12;  // of a class beside or below an image

bool fits(const std::string& name) { return name.size() <= kNameCharacters && can_draw(name); }

/// Its number, where the name is too long or of letters that pixels do not have: class_legend()
/// has it whole.
std::string short_name(const PictureInputs& inputs, int64_t label) {
  const auto& name = inputs.dataset.classes.at(static_cast<size_t>(label));
  return fits(name) ? name : "no. " + std::to_string(label);
}

std::string caption(const PictureInputs& inputs, const ConfidentError& error) {
  constexpr size_t kOneLine = 5;  // characters below an image of 64 pixels
  const auto truth = short_name(inputs, error.label);
  const auto predicted = short_name(inputs, error.predicted);
  const bool together = truth.size() + predicted.size() < kOneLine;
  return truth + (together ? ">" : "\n>") + predicted + "\n" +
         std::to_string(std::lround(100 * error.probability)) + "%";
}

/// As many images beside each other as a page has room for.
int64_t columns_for(const std::vector<std::string>& captions) {
  constexpr int64_t kRoom = 760, kNarrowest = 68;
  int64_t widest = kNarrowest;
  for (const auto& text : captions) {
    for (size_t from = 0, to = 0; to != std::string::npos; from = to + 1) {
      to = text.find('\n', from);
      widest = std::max(widest, text_width(std::string_view(text).substr(from, to - from)) + 8);
    }
  }
  return std::clamp<int64_t>(kRoom / widest, 3, 10);
}

/// Class of each cell's middle, row by row from the bottom.
std::vector<int64_t> predicted_regions(const MapBox& box, const Task& task, const Scale& scale,
                                       const Predictor& predictor) {
  const auto middles = [&](double low, double high) {
    const double half = (high - low) / kCells / 2;
    return at::linspace(low + half, high - half, kCells, at::dtype(at::kFloat));
  };
  const auto x = middles(box.left, box.right).view({1, kCells}).expand({kCells, kCells});
  const auto y = middles(box.bottom, box.top).view({kCells, 1}).expand({kCells, kCells});
  const auto grid = at::stack({x, y}, 2)
                        .view({kCells * kCells, task.channels, task.height, task.width})
                        .to(task.device);
  std::vector<int64_t> regions;
  predictor.in_pieces(grid.size(0), [&](int64_t first, int64_t count) {
    const auto labels = predictor(scale.normalized(grid.narrow(0, first, count))).argmax(1).cpu();
    regions.insert(regions.end(), labels.const_data_ptr<int64_t>(),
                   labels.const_data_ptr<int64_t>() + labels.numel());
  });
  return regions;
}

/// -1 for samples of the unlabeled part, which have none.
Tensor labels_of(const PictureInputs& inputs, const std::vector<int64_t>& ids) {
  const auto* labels = inputs.dataset.train.labels.const_data_ptr<int64_t>();
  std::vector<int64_t> found;
  for (const auto id : ids) found.push_back(id < inputs.split.train_size ? labels[id] : -1);
  return at::tensor(found, at::kLong);
}

}  // namespace

bool is_points(const Figure& figure, const Task& task) {
  return figure.data.dim() == 2 || (task.kind == DataKind::points && figure.data[0].numel() == 2);
}

std::string class_legend(const PictureInputs& inputs, int64_t most_classes) {
  const auto& classes = inputs.dataset.classes;
  const auto count = std::min(classes.size(), static_cast<size_t>(most_classes));
  std::string text;
  for (size_t k = 0; k < count; ++k)
    if (!fits(classes[k]))
      text += (text.empty() ? " Classes by number: " : ", ") + std::to_string(k) + " " + classes[k];
  return text.empty() ? text : text + ".";
}

ImageGrid labeled_grid(const PictureInputs& inputs, int64_t per_class, int64_t most_classes) {
  const auto& pool = inputs.data.labeled;
  const auto labels = pool.labels.cpu();
  std::vector<GridRow> rows(static_cast<size_t>(std::min(inputs.data.task.classes, most_classes)));
  std::vector<int64_t> shown;
  for (int64_t i = 0; i < pool.size(); ++i) {
    const auto label = labels.const_data_ptr<int64_t>()[i];
    if (label >= most_classes) continue;
    auto& row = rows[static_cast<size_t>(label)];
    if (static_cast<int64_t>(row.images.size()) == per_class) continue;
    row.images.push_back(static_cast<int64_t>(shown.size()));
    shown.push_back(i);
  }
  for (size_t k = 0; k < rows.size(); ++k)
    rows[k].label = short_name(inputs, static_cast<int64_t>(k));
  const auto chosen = at::tensor(shown, at::kLong).to(pool.rows.device());
  const auto places = pool.rows.index_select(0, chosen);
  return {pool_images(inputs, places), std::move(rows), {}};
}

ImageGrid augmentation_grid(const PictureInputs& inputs, int64_t samples, int64_t draws) {
  const auto& data = inputs.data;
  const auto key = random::mix(inputs.seed, random::name_key("augmentations.png"));
  std::vector<std::pair<const char*, Tensor>> views;
  if (!data.weak.empty())
    views.emplace_back("weak", augment_preview(data.weak, data.labeled, samples, draws, key));
  if (inputs.strong_views)
    views.emplace_back("strong", augment_preview(data.strong, data.labeled, samples, draws, key));
  if (views.empty()) return {};
  ImageGrid grid;
  std::vector<Tensor> images;
  for (int64_t sample = 0; sample < std::min(samples, data.labeled.size()); ++sample) {
    for (const auto& [name, versions] : views) {
      grid.rows.push_back({name, {}});
      for (int64_t i = 0; i <= draws; ++i)
        grid.rows.back().images.push_back(static_cast<int64_t>(images.size()) * (draws + 1) + i);
      images.push_back(versions.narrow(0, sample * (draws + 1), draws + 1));
    }
  }
  grid.images = images_of(at::cat(images), Scale());
  return grid;
}

ImageGrid confident_errors_grid(const PictureInputs& inputs,
                                const std::vector<ConfidentError>& errors) {
  const auto& part = inputs.data.test;
  std::vector<int64_t> ids;
  std::vector<std::string> captions;
  for (const auto& error : errors) {
    ids.push_back(error.row);
    captions.push_back(caption(inputs, error));
  }
  const auto rows = at::tensor(ids, at::kLong).to(part.data.device());
  auto grid = grid_rows(static_cast<int64_t>(errors.size()), columns_for(captions));
  return {test_images(inputs, rows), std::move(grid), std::move(captions)};
}

std::string confident_errors_csv(const PictureInputs& inputs,
                                 const std::vector<ConfidentError>& errors) {
  const auto& dataset = inputs.dataset;
  const auto& names = inputs.split.test_from_training ? dataset.train.names : dataset.test.names;
  const PredictionTable table(dataset.classes, !names.empty(), true);
  auto text = table.header();
  for (const auto& error : errors)
    text += table.line({.index = error.row,
                        .name = names.empty() ? "" : names.at(static_cast<size_t>(error.row)),
                        .label = error.label,
                        .predicted = error.predicted,
                        .probability = error.probability});
  return text;
}

std::vector<MapPoint> points_of(const Tensor& samples, const Tensor& labels) {
  const auto at = samples.reshape({samples.size(0), 2}).to(at::kDouble).cpu().contiguous();
  const auto of = labels.defined() ? labels.cpu().contiguous() : labels;
  std::vector<MapPoint> points;
  for (int64_t i = 0; i < at.size(0); ++i)
    points.push_back({at.const_data_ptr<double>()[2 * i], at.const_data_ptr<double>()[2 * i + 1],
                      of.defined() ? of.const_data_ptr<int64_t>()[i] : -1});
  return points;
}

std::vector<MapPoint> points_of(const Figure& figure, const PictureInputs& inputs) {
  const auto& task = inputs.data.task;
  if (task.kind != DataKind::points) return points_of(figure.data);
  const auto samples = figure.data.reshape({-1, task.channels, task.height, task.width});
  return points_of(inputs.data.test.scale.undo(samples.to(task.device)));
}

DecisionMap decision_map_of(const PictureInputs& inputs, const Predictor& predictor) {
  const auto& data = inputs.data;
  const auto points = [&](const ResidentPool& pool, const std::vector<int64_t>& ids) {
    return points_of(gather(pool.data, pool.rows, pool.scale.factor), labels_of(inputs, ids));
  };
  DecisionMap map;
  map.classes = inputs.dataset.classes;
  map.points = points(data.unlabeled, inputs.split.unlabeled);
  map.labeled = points(data.labeled, inputs.split.labeled);
  map.box = map_box({map.points, map.labeled});
  map.cells = kCells;
  map.regions = predicted_regions(map.box, data.task, data.test.scale, predictor);
  return map;
}

}  // namespace sslhost::host
