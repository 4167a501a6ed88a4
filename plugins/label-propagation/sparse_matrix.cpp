// SPDX-License-Identifier: Apache-2.0
#include "sparse_matrix.hpp"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/searchsorted.h>
#include <ATen/ops/zeros_like.h>

namespace label_propagation {

using at::Tensor;

SparseMatrix::SparseMatrix(int64_t n, const Tensor& rows, const Tensor& columns,
                           const Tensor& values) {
  const auto [keys, order] = (rows * n + columns).sort(/*stable=*/true, 0, /*descending=*/false);
  const auto begins = at::searchsorted(keys, at::arange(n + 1, rows.options()) * n);
  const auto counts = begins.narrow(0, 1, n) - begins.narrow(0, 0, n);
  const auto [lengths, longest_first] = counts.sort(/*stable=*/true, 0, /*descending=*/true);
  place_ = at::empty_like(longest_first);
  place_.index_copy_(0, longest_first, at::arange(n, rows.options()));
  const auto length = lengths.to(at::kCPU);
  const auto* remaining = length.const_data_ptr<int64_t>();
  const auto from = begins.index_select(0, longest_first);
  int64_t with_element = n;
  for (int64_t d = 0; n > 0 && d < remaining[0]; ++d) {
    while (remaining[with_element - 1] <= d) --with_element;
    const auto elements = order.index_select(0, from.narrow(0, 0, with_element) + d);
    diagonals_.push_back(
        {columns.index_select(0, elements), values.index_select(0, elements).unsqueeze(1)});
  }
}

Tensor SparseMatrix::times(const Tensor& x) const {
  const auto sums = at::zeros_like(x);
  for (const auto& [columns, values] : diagonals_)
    sums.narrow(0, 0, columns.size(0)).addcmul_(x.index_select(0, columns), values);
  return sums.index_select(0, place_);
}

}  // namespace label_propagation
