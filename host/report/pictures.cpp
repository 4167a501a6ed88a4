// SPDX-License-Identifier: Apache-2.0
#include "host/report/pictures.hpp"

#include <algorithm>
#include <cstdio>

#include "host/evaluate/confident_errors.hpp"
#include "host/report/chart.hpp"
#include "host/report/jpeg.hpp"
#include "host/report/picture_data.hpp"
#include "host/report/png.hpp"
#include "host/report/svg_file.hpp"
#include "host/storage/atomic_file.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kLabeledPerClass = 10, kLabeledClasses = 20;
constexpr int64_t kLegendClasses = 100;  // of those the numbers are explained
constexpr int64_t kConfidentErrors = 40;
constexpr int64_t kAugmented = 5, kDraws = 9;

/// What a PNG on the page would be too large for.
bool is_photos(const Images& images) {
  constexpr std::int64_t kSmall = 48;  // pixels a side
  return images.channels == 3 && std::max(images.height, images.width) > kSmall;
}

std::string labeled_caption(const Task& task) {
  std::string text = std::to_string(task.labeled) + " in all, one row a class";
  if (task.labeled > kLabeledPerClass * task.classes)
    text += ", at most " + std::to_string(kLabeledPerClass) + " shown of each";
  if (task.classes > kLabeledClasses)
    text += ", the first " + std::to_string(kLabeledClasses) + " classes of " +
            std::to_string(task.classes);
  return text + ".";
}

std::string augmentation_caption(const PictureInputs& inputs) {
  const auto& words = inputs.preparation;
  std::string text = "Labeled samples as they are, then as they are drawn:";
  if (!inputs.data.weak.empty()) text += " weak is \"" + words.weak + "\"";
  if (inputs.strong_views)
    text +=
        (inputs.data.weak.empty() ? "" : ",") + std::string(" strong is \"") + words.strong + "\"";
  return text + ".";
}

std::string with_iteration(const std::string& name, int64_t iteration) {
  char text[32];
  std::snprintf(text, sizeof text, "-%06lld", static_cast<long long>(iteration));
  return name + text;
}

ImageGrid grid_of(const Figure& figure, const Scale& scale) {
  return {images_of(figure.data, scale), grid_rows(figure.data.size(0), figure.columns), {}};
}

DecisionMap scatter_of(const Figure& figure, const PictureInputs& inputs) {
  DecisionMap map;
  map.made = points_of(figure, inputs);
  map.box = map_box({map.made});
  return map;
}

std::string map_file(const DecisionMap& map) {
  return svg_file(kDecisionMapWidth, decision_map_height(map), draw_decision_map(map));
}

/// For other programs: one line a point.
std::string csv_of(const std::vector<MapPoint>& points) {
  std::string text = "x,y\n";
  char line[64];
  for (const auto& point : points) {
    std::snprintf(line, sizeof line, "%.6g,%.6g\n", point.x, point.y);
    text += line;
  }
  return text;
}

std::string title_of(const std::string& name) {
  auto title = name;
  for (auto& c : title)
    if (c == '-') c = ' ';
  if (title[0] >= 'a' && title[0] <= 'z') title[0] = static_cast<char>(title[0] - 'a' + 'A');
  return title;
}

}  // namespace

void Pictures::write(const std::string& name, const std::string& bytes) const {
  folder_.make_pictures();
  write_atomic(folder_.pictures() / name, bytes);
}

void Pictures::show_png(const std::string& name, const ImageGrid& grid, std::string title,
                        std::string caption) {
  const auto raster = draw_image_grid(grid);
  auto bytes = encode_png(raster);
  write(name, bytes);
  if (is_photos(grid.images)) bytes = encode_jpeg(raster);
  for_report_.push_back({std::move(title), std::move(caption), std::move(bytes), {}});
}

void Pictures::of_data() {
  if (!inputs_.are_pictures()) return;
  show_png("labeled.png", labeled_grid(inputs_, kLabeledPerClass, kLabeledClasses),
           "Labeled samples",
           labeled_caption(inputs_.data.task) + class_legend(inputs_, kLabeledClasses));
  if (inputs_.encoded) return;  // what is augmented are features
  const auto augmented = augmentation_grid(inputs_, kAugmented, kDraws);
  if (!augmented.rows.empty())
    show_png("augmentations.png", augmented, "Augmentations", augmentation_caption(inputs_));
}

std::string Pictures::file_of(const Figure& figure, std::string& ending) const {
  if (is_points(figure, inputs_.data.task)) {
    ending = ".svg";
    return map_file(scatter_of(figure, inputs_));
  }
  ending = ".png";
  return inputs_.data.task.kind == DataKind::image
             ? encode_png(draw_image_grid(grid_of(figure, inputs_.data.test.scale)))
             : "";
}

void Pictures::of_figures(const std::vector<Figure>& figures, int64_t iteration) {
  for (const auto& figure : figures) {
    std::string ending;
    const auto bytes = file_of(figure, ending);
    if (!bytes.empty()) write(with_iteration(figure.name, iteration) + ending, bytes);
  }
}

void Pictures::final_figures(const std::vector<Figure>& figures) {
  for (const auto& figure : figures) {
    std::string ending;
    auto bytes = file_of(figure, ending);
    if (bytes.empty()) continue;
    write(figure.name + ending, bytes);
    ReportPicture shown{title_of(figure.name), figure.caption, {}, {}};
    if (ending == ".png") {
      shown.image = std::move(bytes);
    } else {
      const auto scatter = scatter_of(figure, inputs_);
      shown.svg = draw_decision_map(scatter);
      write(figure.name + ".csv", csv_of(scatter.made));
    }
    for_report_.push_back(std::move(shown));
  }
}

void Pictures::confident_errors_of(const Evaluation& test) {
  const auto found = confident_errors(inputs_.data.test, test.predictions, kConfidentErrors);
  if (found.empty()) return;
  write("mistakes.csv", confident_errors_csv(inputs_, found));
  if (!inputs_.are_pictures()) return;
  const auto count = std::to_string(found.size()), of = std::to_string(test.errors);
  show_png(
      "mistakes.png", confident_errors_grid(inputs_, found), "Confident errors",
      (count == of ? "All " + of + " errors on the test part, the most confident first"
                   : "The " + count + " most confident of " + of + " errors on the test part") +
          ": true class, arrow, predicted class, and its probability." +
          class_legend(inputs_, kLegendClasses));
}

void Pictures::decision_map(const Predictor& predictor, const std::vector<Figure>& figures) {
  auto map = decision_map_of(inputs_, predictor);
  for (const auto& figure : figures) {
    if (!is_points(figure, inputs_.data.task)) continue;
    const auto made = points_of(figure, inputs_);
    map.made.insert(map.made.end(), made.begin(), made.end());
  }
  write("decision-map.svg", map_file(map));
  for_report_.push_back(
      {"Decision map",
       "What the model predicts where, and the training part by its true classes.",
       {},
       draw_decision_map(map)});
}

void Pictures::curves(const std::vector<MetricsRow>& metrics) const {
  std::vector<Chart> errors, others;
  for (auto& chart : charts_of(metrics))
    (is_of_errors(chart) ? errors : others).push_back(std::move(chart));
  if (const auto file = chart_file(errors); !file.empty()) write("errors.svg", file);
  if (const auto file = chart_file(others); !file.empty()) write("losses.svg", file);
}

void Pictures::of_samples(const Predictor& predictor, const Evaluation& test, double temperature) {
  details_.features = feature_check(inputs_);
  details_.doubtful = doubtful_samples(inputs_);
  details_.unsure = least_sure(inputs_, test.predictions);
  const auto unlabeled = predict_unlabeled(inputs_, predictor, temperature);
  if (unlabeled.samples.empty()) return;
  write_atomic(folder_.unlabeled_predictions(), unlabeled_predictions_csv(inputs_, unlabeled));
  details_.unlabeled = unlabeled_summary(inputs_, unlabeled);
}

void Pictures::of_result(const Predictor& predictor, const Evaluation& test,
                         const std::vector<Figure>& figures,
                         const std::vector<MetricsRow>& metrics) {
  confident_errors_of(test);
  if (inputs_.data.task.kind == DataKind::points) decision_map(predictor, figures);
  final_figures(figures);
  curves(metrics);
  const auto confusion = confusion_file(test.confusion, inputs_.dataset.classes);
  if (!confusion.empty()) write("confusion.svg", confusion);
}

}  // namespace sslhost::host
