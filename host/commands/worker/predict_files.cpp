// SPDX-License-Identifier: Apache-2.0
#include "host/commands/worker/predict_files.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>

#include "sslhost/error.hpp"

#include "host/commands/worker/predict_dataset.hpp"
#include "host/data/file_reader.hpp"
#include "host/inference/files_to_predict.hpp"
#include "host/inference/reader_of_files.hpp"
#include "host/inference/require_scale.hpp"
#include "host/inference/samples_together.hpp"
#include "host/inference/unsure_bound.hpp"
#include "host/log/log.hpp"

namespace sslhost::host {

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kFirst = 32;  // files of the first piece, which tells how long others take

double seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

class Files {
 public:
  Files(const PredictionRequest& request, const DataPlan& plan, const Classifier& classifier,
        double scale, ProgressLine& progress)
      : request_(request),
        dataset_(plan.dataset),
        classifier_(classifier),
        scale_(scale),
        progress_(progress),
        reader_(plan.plugin, classifier.knowledge_of(plan.dataset),
                [this](int64_t done, int64_t) { show(done); }),
        table_(classifier.classes(), {.format = request.format,
                                      .files = true,
                                      .places = request.sorting != Sorting::none,
                                      .probabilities = request.probabilities}) {
    const bool moves = request.sorting == Sorting::move;
    auto found = files_to_predict(
        request.paths, [&](const std::string& folder) { return reader_.files_below(folder); },
        moves ? LinkedFolders::left : LinkedFolders::entered);
    for (const auto& folder : found.barren)
      progress_.warning(folder + ": no file in it that may be predicted");
    for (const auto& link : found.links)
      progress_.warning(link + ": a link to a folder, which --move does not go into; " +
                        "name it to move its files");
    files_ = std::move(found.files);
    if (request.sorting != Sorting::none)
      folders_.emplace(request.sorting, request.folder, classifier.classes());
  }

  void predict_all() {
    const auto most = samples_together(classifier_.shape());
    for (; done_ < files_.size(); done_ += piece_.size()) {
      const auto begin = files_.begin() + static_cast<std::ptrdiff_t>(done_);
      const auto count =
          std::min(done_ == 0 ? std::min(most, kFirst) : most, files_.size() - done_);
      piece_.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
      predict_piece();
    }
  }

  /// What is to be said in the end, in one line.
  std::string said() const {
    std::string text = std::to_string(files_.size() - bad_) + " of " +
                       std::to_string(files_.size()) + " files predicted";
    if (unsure_ > 0) text += ", " + std::to_string(unsure_) + " of them unsure";
    if (folders_) {
      text += "; " + std::to_string(folders_->placed()) +
              (request_.sorting == Sorting::move ? " moved" : " linked");
      if (folders_->were_there() > 0)
        text += ", " + std::to_string(folders_->were_there()) + " there already";
    }
    if (bad_ > 0) text += "; " + std::to_string(bad_) + " could not be read";
    return text;
  }
  /// Of --unsure, where it does not divide; may be empty.
  std::string said_of_bound() const {
    return bound_words(request_.unsure, likeliest_,
                       static_cast<int64_t>(classifier_.classes().size()));
  }
  bool all_read() const { return bad_ == 0; }

 private:
  void show(int64_t read) {
    const auto done = static_cast<double>(done_) + reading_ * static_cast<double>(read);
    progress_.predicting(static_cast<int64_t>(done), static_cast<int64_t>(files_.size()));
  }

  void predict_piece() {
    const auto begun = Clock::now();
    const auto samples = reader_.read(piece_, classifier_.shape());
    require_scale(samples.scale, scale_, dataset_);
    const auto read = Clock::now();
    const bool any = samples.data.defined() && samples.data.size(0) > 0;
    const auto probabilities = any ? classifier_.predict(samples.data) : Tensor();
    reading_ = seconds(read - begun) / std::max(1e-6, seconds(Clock::now() - begun));
    print(samples, probabilities);
  }

  void print(const FileSamples& samples, const Tensor& probabilities) {
    progress_.clear();
    std::string text = done_ == 0 ? table_.header() : "";
    int64_t row = 0;
    for (size_t i = 0; i < piece_.size(); ++i) {
      PredictionLine line{.name = piece_[i], .error = samples.reasons[i]};
      if (line.error.empty()) fill(line, probabilities[row++]);
      if (folders_ && line.error.empty() && line.predicted >= 0) place(line);
      bad_ += !line.error.empty();
      text += table_.line(line);
      if (!folders_) continue;
      print_now(text);  // a file that was moved is named, however this ends
      text.clear();
    }
    print_now(text);
  }

  void fill(PredictionLine& line, const Tensor& probabilities) {
    auto found = prediction_of(probabilities);
    line.probabilities = std::move(found.probabilities);
    line.predicted = found.label;
    line.probability = found.probability;
    if (request_.unsure > 0) likeliest_.push_back(found.probability);
    if (line.probability < request_.unsure) {
      line.predicted = -1;
      ++unsure_;
    }
  }

  void place(PredictionLine& line) {
    // A link whose file has just been moved, say; what is wrong with the folders ends it.
    if (!std::filesystem::exists(std::filesystem::path(line.name))) {
      line.error = "no longer there when it was to be sorted";
      return;
    }
    const auto& name = classifier_.classes()[static_cast<size_t>(line.predicted)];
    line.place = folders_->place(line.name, name).path.string();
  }

  const PredictionRequest& request_;
  const std::string& dataset_;
  const Classifier& classifier_;
  const double scale_;
  ProgressLine& progress_;
  FileReader reader_;
  PredictionTable table_;
  std::optional<ClassFolders> folders_;
  std::vector<std::string> files_, piece_;
  std::vector<float> likeliest_;  ///< probabilities, where a bound for them was given
  size_t done_ = 0, bad_ = 0, unsure_ = 0;
  double reading_ = 0.5;  ///< its share of a piece's time, as it was for the last one
};

}  // namespace

int predict_files(const PredictionRequest& request, const DataPlan& plan,
                  const Classifier& classifier, double scale, ProgressLine& progress) {
  Files files(request, plan, classifier, scale, progress);
  files.predict_all();
  if (const auto text = files.said_of_bound(); !text.empty() && !request.quiet) log::info(text);
  if (!files.all_read()) {
    log::warning(files.said());
    return static_cast<int>(ExitCode::data);
  }
  if (!request.quiet) log::info(files.said());
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
