// SPDX-License-Identifier: Apache-2.0
#include "scatter.hpp"

namespace sslhost::scatter {

Tensor input_gradient(const Tensor& g, const Tensor& w, IntArrayRef input, int64_t padding) {
  const auto out = w.size(0), c = w.size(1), kernel = w.size(2);
  const auto n = g.size(0), height = g.size(2), width = g.size(3);
  const auto outputs = g.permute({0, 2, 3, 1}).reshape({-1, out});
  const auto seen =
      w.reshape({out, -1}).t().mm(outputs.t()).view({c, kernel, kernel, n, height, width});
  auto sum = g.new_zeros({c, n, input[2] + 2 * padding, input[3] + 2 * padding});
  for (int64_t i = 0; i < kernel; ++i)
    for (int64_t j = 0; j < kernel; ++j)
      sum.narrow(2, i, height).narrow(3, j, width).add_(seen.select(1, i).select(1, j));
  return sum.narrow(2, padding, input[2]).narrow(3, padding, input[3]).transpose(0, 1).contiguous();
}

}  // namespace sslhost::scatter
