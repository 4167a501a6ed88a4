// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include <ATen/ops/ones_like.h>
#include <ATen/ops/zeros.h>

#include "sslhost/error.hpp"
#include "sslhost/losses.hpp"

namespace sslhost::host {

void check_logits(const Tensor& logits, int64_t samples, int64_t classes) {
  const int64_t expected[] = {samples, classes};
  if (logits.defined() && logits.sizes() == IntArrayRef(expected)) return;
  std::ostringstream shape;
  if (logits.defined()) shape << logits.sizes();
  throw Error(
      ExitCode::plugin,
      {"predict()", "logits [" + std::to_string(samples) + ", " + std::to_string(classes) + "]",
       logits.defined() ? shape.str() : "an undefined tensor", "mend the method"});
}

Evaluation evaluate(const LabeledPart& part, int64_t classes,
                    const std::function<Tensor(const Tensor&)>& predict) {
  constexpr int64_t kPiece = 1000;
  const auto device = part.data.device();
  auto confusion = at::zeros({classes * classes}, at::dtype(at::kLong).device(device));
  auto loss = at::zeros({}, at::dtype(at::kDouble).device(device));
  for (int64_t first = 0; first < part.size(); first += kPiece) {
    const auto count = std::min(kPiece, part.size() - first);
    const auto logits = predict(gather(part.data, part.rows.narrow(0, first, count), part.scale));
    check_logits(logits, count, classes);
    const auto labels = part.labels.narrow(0, first, count);
    const auto cells = labels * classes + logits.argmax(1);
    confusion.scatter_add_(0, cells, at::ones_like(cells));
    loss.add_(cross_entropy(logits.to(at::kFloat), labels), static_cast<double>(count));
  }
  Evaluation result;
  const auto cells = confusion.cpu();
  result.confusion.assign(cells.const_data_ptr<int64_t>(),
                          cells.const_data_ptr<int64_t>() + cells.numel());
  result.samples = part.size();
  result.errors = part.size();
  for (int64_t k = 0; k < classes; ++k)
    result.errors -= result.confusion[static_cast<size_t>(k * classes + k)];
  result.loss = loss.item<double>() / static_cast<double>(std::max<int64_t>(1, part.size()));
  if (std::isnan(result.loss))  // a class of largest probability would be chosen all the same
    throw Error(ExitCode::diverged, {"predict()", "finite logits", "NaN or infinite ones",
                                     "lower the learning rate, or look for NaN in the data"});
  return result;
}

}  // namespace sslhost::host
