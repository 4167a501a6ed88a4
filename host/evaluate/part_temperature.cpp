// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/part_temperature.hpp"

#include <vector>

#include <ATen/ops/cat.h>

#include "host/evaluate/temperature.hpp"

namespace sslhost::host {

std::optional<double> temperature_of(const LabeledPart& part, int64_t classes,
                                     const Predictor& predictor) {
  if (part.size() == 0) return std::nullopt;
  std::vector<Tensor> pieces;
  predictor.in_pieces(part.size(), [&](int64_t first, int64_t count) {
    const auto images = gather(part.data, part.rows.narrow(0, first, count), part.scale);
    pieces.push_back(predictor(images).to(at::kDouble).cpu());
  });
  const auto logits = at::cat(pieces).contiguous(), labels = part.labels.cpu().contiguous();
  return fit_temperature({logits.const_data_ptr<double>(), static_cast<size_t>(logits.numel())},
                         {labels.const_data_ptr<int64_t>(), static_cast<size_t>(labels.numel())},
                         classes);
}

}  // namespace sslhost::host
