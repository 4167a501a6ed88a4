// SPDX-License-Identifier: Apache-2.0
#include "host/report/pictures.hpp"

#include <cstdio>

#include "host/report/picture_data.hpp"
#include "host/report/chart.hpp"
#include "host/report/png.hpp"
#include "host/report/svg_file.hpp"
#include "host/storage/atomic_file.hpp"
#include "host/model/evaluation_mode.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kLabeledPerClass = 10, kLabeledClasses = 20;
constexpr int64_t kMistakes = 40;
constexpr int64_t kAugmented = 5, kDraws = 9;

std::string labeled_caption(const Task& task) {
  std::string text = std::to_string(task.labeled) + " in all, one row a class";
  if (task.labeled > kLabeledPerClass * task.classes)
    text += ", at most " + std::to_string(kLabeledPerClass) + " shown of each";
  if (task.classes > kLabeledClasses)
    text += ", the first " + std::to_string(kLabeledClasses) + " classes of " +
            std::to_string(task.classes);
  return text + ".";
}

std::string augmentation_caption(const Session& session) {
  const auto& preparation = session.plan->settings.preparation;
  std::string text = "Labeled samples as they are, then as they are drawn:";
  if (!session.data.weak.empty()) text += " weak is \"" + preparation.weak + "\"";
  if (session.strong_views)
    text += (session.data.weak.empty() ? "" : ",") + std::string(" strong is \"") +
            preparation.strong + "\"";
  return text + ".";
}

std::string with_iteration(const std::string& name, int64_t iteration) {
  char text[32];
  std::snprintf(text, sizeof text, "-%06lld", static_cast<long long>(iteration));
  return name + text;
}

ImageGrid sheet_of(const Figure& figure, const Scale& scale) {
  return {images_of(figure.data, scale), grid_rows(figure.data.size(0), figure.columns), {}};
}

DecisionMap scatter_of(const Figure& figure, const Session& session) {
  DecisionMap plane;
  plane.made = points_of(figure, session);
  plane.box = map_box({plane.made});
  return plane;
}

std::string plane_file(const DecisionMap& plane) {
  return svg_file(kDecisionMapWidth, decision_map_height(plane), draw_decision_map(plane));
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

Pictures::Pictures(const RunFolder& folder, const Session& session)
    : folder_(folder), session_(session) {}

void Pictures::write(const std::string& name, const std::string& bytes) const {
  folder_.make_pictures();
  write_atomic(folder_.pictures() / name, bytes);
}

void Pictures::show_png(const std::string& name, const ImageGrid& sheet, std::string title,
                        std::string caption) {
  auto bytes = encode_png(draw_image_grid(sheet));
  write(name, bytes);
  for_report_.push_back({std::move(title), std::move(caption), std::move(bytes), {}});
}

void Pictures::of_data() {
  if (!session_.plan->settings.pictures || session_.data.task.kind != DataKind::image) return;
  show_png("labeled.png", labeled_grid(session_, kLabeledPerClass, kLabeledClasses),
           "Labeled samples", labeled_caption(session_.data.task));
  const auto augmented = augmentation_grid(session_, kAugmented, kDraws);
  if (!augmented.rows.empty())
    show_png("augmentations.png", augmented, "Augmentations", augmentation_caption(session_));
}

std::string Pictures::file_of(const Figure& figure, std::string& ending) const {
  if (is_points(figure, session_.data.task)) {
    ending = ".svg";
    return plane_file(scatter_of(figure, session_));
  }
  ending = ".png";
  return session_.data.task.kind == DataKind::image
             ? encode_png(draw_image_grid(sheet_of(figure, session_.data.test.scale)))
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
      shown.png = std::move(bytes);
    } else {
      const auto scatter = scatter_of(figure, session_);
      shown.svg = draw_decision_map(scatter);
      write(figure.name + ".csv", csv_of(scatter.made));
    }
    for_report_.push_back(std::move(shown));
  }
}

void Pictures::mistakes(const Evaluation& test) {
  const auto found = confident_errors(session_.data.test, test.predictions, kMistakes);
  if (found.empty()) return;
  const auto count = std::to_string(found.size()), of = std::to_string(test.errors);
  show_png("mistakes.png", confident_errors_grid(session_, found), "Mistakes",
           (count == of ? "All " + of + " mistakes on the test part, the surest first"
                        : "The " + count + " of " + of +
                              " mistakes on the test part of which the model is surest") +
               ": true class, arrow, predicted class, and its probability.");
}

void Pictures::plane(Trainer& trainer, const std::vector<Figure>& figures) {
  auto plane = decision_map_of(session_, trainer.predictor());
  for (const auto& figure : figures) {
    if (!is_points(figure, session_.data.task)) continue;
    const auto made = points_of(figure, session_);
    plane.made.insert(plane.made.end(), made.begin(), made.end());
  }
  write("decision-map.svg", plane_file(plane));
  for_report_.push_back(
      {"DecisionMap",
       "What the model predicts where, and the training part by its true classes.",
       {},
       draw_decision_map(plane)});
}

void Pictures::of_result(Trainer& trainer, const Evaluation& test,
                         const std::vector<MetricsRow>& metrics) {
  if (!session_.plan->settings.pictures) return;
  const auto& task = session_.data.task;
  const auto figures = trainer.figures();
  {
    EvaluationMode mode(*session_.registry);
    if (task.kind == DataKind::image) mistakes(test);
    if (task.kind == DataKind::points) plane(trainer, figures);
  }
  final_figures(figures);
  std::vector<Chart> errors, others;
  for (auto& chart : charts_of(metrics))
    (is_of_errors(chart) ? errors : others).push_back(std::move(chart));
  const std::pair<const char*, std::string> files[] = {
      {"errors.svg", chart_file(errors)},
      {"losses.svg", chart_file(others)},
      {"confusion.svg", confusion_file(test.confusion, session_.dataset.classes)}};
  for (const auto& [name, text] : files)
    if (!text.empty()) write(name, text);
}

}  // namespace sslhost::host
