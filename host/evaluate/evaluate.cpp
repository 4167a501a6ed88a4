// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/evaluate.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/zeros.h>

#include "sslhost/error.hpp"
#include "sslhost/training/losses.hpp"

namespace sslhost::host {

Evaluation evaluate(const LabeledPart& part, int64_t classes, const Predictor& predictor,
                    KeepPredictions keep, double temperature) {
  const auto device = part.data.device();
  auto confusion = at::zeros({classes * classes}, at::dtype(at::kLong).device(device));
  auto loss = at::zeros({}, at::dtype(at::kDouble).device(device));
  const auto none = at::empty({0}, at::kDouble);
  std::vector<Tensor> predicted = {none.to(at::kLong)}, sure = {none}, raw = {none};
  predictor.in_pieces(part.size(), [&](int64_t first, int64_t count) {
    const auto logits = predictor(gather(part.data, part.rows.narrow(0, first, count), part.scale));
    const auto labels = part.labels.narrow(0, first, count), guesses = logits.argmax(1);
    const auto cells = labels * classes + guesses;
    confusion.scatter_add_(0, cells, at::ones_like(cells));
    loss.add_(cross_entropy(logits.to(at::kFloat), labels), static_cast<double>(count));
    if (keep == KeepPredictions::no) return;
    predicted.push_back(guesses.cpu());
    const auto exact = logits.to(at::kDouble);
    raw.push_back(at::softmax(exact, 1).amax(1).cpu());
    sure.push_back(temperature == 1 ? raw.back()
                                    : at::softmax(exact / temperature, 1).amax(1).cpu());
  });
  Evaluation result;
  const auto cells = confusion.cpu();
  result.confusion.assign(cells.const_data_ptr<int64_t>(),
                          cells.const_data_ptr<int64_t>() + cells.numel());
  result.samples = part.size();
  result.errors = part.size();
  for (int64_t k = 0; k < classes; ++k)
    result.errors -= result.confusion[static_cast<size_t>(k * classes + k)];
  result.loss = loss.item<double>() / static_cast<double>(std::max<int64_t>(1, part.size()));
  result.predictions = {at::cat(predicted), at::cat(sure), at::cat(raw)};
  if (std::isnan(result.loss))  // a class of largest probability would be chosen all the same
    throw Error(ExitCode::diverged, {"predict()", "finite logits", "NaN or infinite ones",
                                     "lower the learning rate, or look for NaN in the data"});
  return result;
}

Reliability reliability_of(const LabeledPart& part, const Predictions& predictions,
                           Temperature temperature) {
  const auto right = predictions.classes.eq(part.labels.cpu()).to(at::kByte).contiguous();
  const auto& chosen =
      temperature == Temperature::one ? predictions.uncalibrated : predictions.probabilities;
  const auto sure = chosen.contiguous();
  const auto count = static_cast<size_t>(sure.numel());
  return reliability_of({sure.const_data_ptr<double>(), count},
                        {right.const_data_ptr<uint8_t>(), count});
}

}  // namespace sslhost::host
