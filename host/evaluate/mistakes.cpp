// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/mistakes.hpp"

#include <algorithm>

#include <ATen/ops/cat.h>
#include <ATen/ops/softmax.h>

namespace sslhost::host {

std::vector<Mistake> surest_mistakes(const LabeledPart& part, int64_t most,
                                     const std::function<Tensor(const Tensor&)>& predict) {
  constexpr int64_t kPiece = 1000;
  std::vector<Tensor> probabilities, classes;
  for (int64_t first = 0; first < part.size(); first += kPiece) {
    const auto rows = part.rows.narrow(0, first, std::min(kPiece, part.size() - first));
    const auto p = at::softmax(predict(gather(part.data, rows, part.scale)).to(at::kDouble), 1);
    const auto [highest, predicted] = p.max(1);
    probabilities.push_back(highest);
    classes.push_back(predicted);
  }
  if (classes.empty()) return {};
  const auto probability = at::cat(probabilities).cpu(), predicted = at::cat(classes).cpu();
  const auto rows = part.rows.cpu(), labels = part.labels.cpu();
  std::vector<Mistake> all;
  for (int64_t i = 0; i < part.size(); ++i) {
    const Mistake m = {rows.const_data_ptr<int64_t>()[i], labels.const_data_ptr<int64_t>()[i],
                       predicted.const_data_ptr<int64_t>()[i],
                       probability.const_data_ptr<double>()[i]};
    if (m.label != m.predicted) all.push_back(m);
  }
  std::stable_sort(all.begin(), all.end(), [](const Mistake& a, const Mistake& b) {
    return a.probability > b.probability;
  });
  all.resize(std::min(all.size(), static_cast<size_t>(most)));
  return all;
}

}  // namespace sslhost::host
