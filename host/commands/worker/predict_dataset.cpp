// SPDX-License-Identifier: Apache-2.0
#include "host/commands/worker/predict_dataset.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "sslhost/error.hpp"

#include "host/inference/reader_of_files.hpp"
#include "host/inference/samples_together.hpp"
#include "host/inference/unsure_bound.hpp"

namespace sslhost::host {

namespace {

struct Count {
  int64_t sure = 0, wrong = 0;
  std::vector<float> likeliest = {};  ///< probabilities, where a bound for them was given
};

/// The lines of samples first, first + 1, ...
std::string lines_of(const PredictionRequest& request, const DataToPredict& data,
                     const PredictionTable& table, const Tensor& probabilities, int64_t first,
                     Count& count) {
  const auto& samples = data.samples;
  std::string text;
  for (int64_t i = 0; i < probabilities.size(0); ++i) {
    const auto at = static_cast<size_t>(first + i);
    auto found = prediction_of(probabilities[i]);
    PredictionLine line{.index = data.ids[at],
                        .name = samples.names.empty() ? "" : samples.names[at],
                        .predicted = found.label,
                        .probability = found.probability};
    if (request.unsure > 0) count.likeliest.push_back(found.probability);
    if (line.probability < request.unsure) line.predicted = -1;
    if (samples.labels.defined()) line.label = samples.labels[first + i].item<int64_t>();
    count.sure += line.predicted >= 0;
    count.wrong += line.predicted >= 0 && line.label >= 0 && line.label != line.predicted;
    if (request.probabilities) line.probabilities = std::move(found.probabilities);
    text += table.line(line);
  }
  return text;
}

void say(const Count& count, int64_t all) {
  std::fprintf(stderr, "%lld of %lld wrong (%.2f %%)", static_cast<long long>(count.wrong),
               static_cast<long long>(count.sure),
               100.0 * static_cast<double>(count.wrong) /
                   static_cast<double>(std::max<int64_t>(1, count.sure)));
  if (count.sure < all)
    std::fprintf(stderr, "; %lld unsure", static_cast<long long>(all - count.sure));
  std::fputs("\n", stderr);
}

}  // namespace

int predict_dataset(const PredictionRequest& request, const DataToPredict& data,
                    const Classifier& classifier, ProgressLine& progress) {
  const auto& samples = data.samples;
  const bool labels = samples.labels.defined();
  const PredictionTable table(classifier.classes(), {.format = request.format,
                                                     .names = !samples.names.empty(),
                                                     .labels = labels,
                                                     .probabilities = request.probabilities});
  Count count;
  const auto all = samples.size();
  const auto together = static_cast<int64_t>(samples_together(classifier.shape()));
  for (int64_t first = 0; first < all; first += together) {
    progress.predicting(first, all);
    const auto some = std::min(together, all - first);
    const auto probabilities = classifier.predict(samples.data.narrow(0, first, some));
    progress.clear();
    print_now((first == 0 ? table.header() : "") +
              lines_of(request, data, table, probabilities, first, count));
  }
  const auto text = bound_words(request.unsure, std::move(count.likeliest),
                                static_cast<int64_t>(classifier.classes().size()));
  if (!request.quiet && !text.empty()) progress.note(text);
  if (!request.quiet && labels) say(count, all);
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
