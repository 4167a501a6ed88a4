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
                    KeepPredictions keep) {
  const auto device = part.data.device();
  auto confusion = at::zeros({classes * classes}, at::dtype(at::kLong).device(device));
  auto loss = at::zeros({}, at::dtype(at::kDouble).device(device));
  std::vector<Tensor> predicted = {at::empty({0}, at::kLong)}, sure = {at::empty({0}, at::kDouble)};
  predictor.in_pieces(part.size(), [&](int64_t first, int64_t count) {
    const auto logits = predictor(gather(part.data, part.rows.narrow(0, first, count), part.scale));
    const auto labels = part.labels.narrow(0, first, count), guesses = logits.argmax(1);
    const auto cells = labels * classes + guesses;
    confusion.scatter_add_(0, cells, at::ones_like(cells));
    loss.add_(cross_entropy(logits.to(at::kFloat), labels), static_cast<double>(count));
    if (keep == KeepPredictions::no) return;
    predicted.push_back(guesses.cpu());
    sure.push_back(at::softmax(logits.to(at::kDouble), 1).amax(1).cpu());
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
  result.predictions = {at::cat(predicted), at::cat(sure)};
  if (std::isnan(result.loss))  // a class of largest probability would be chosen all the same
    throw Error(ExitCode::diverged, {"predict()", "finite logits", "NaN or infinite ones",
                                     "lower the learning rate, or look for NaN in the data"});
  return result;
}

}  // namespace sslhost::host
