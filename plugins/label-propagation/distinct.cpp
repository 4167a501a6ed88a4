// SPDX-License-Identifier: Apache-2.0
#include "distinct.hpp"

#include <algorithm>

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/zeros.h>

namespace label_propagation {

namespace {

using at::Tensor;

constexpr int64_t kNumbersAtOnce = 1 << 22;  // 32 MB of int64

/// For each row a number that depends on its bits alone. Whole numbers that wrap: no order of
/// adding changes them.
Tensor content_keys(const Tensor& rows) {
  constexpr int64_t kOdd1 = 0x1E3779B97F4A7C15, kOdd2 = 0x3F58476D1CE4E5B9;
  const auto n = rows.size(0), d = rows.size(1);
  const auto options = rows.options().dtype(at::kLong);
  auto factors = (at::arange(d, options) * 2 + 1) * kOdd1;
  factors = ((factors ^ factors.bitwise_right_shift(29)) * kOdd2) | 1;
  const auto keys = at::empty({n}, options);
  const auto piece = std::max<int64_t>(1, kNumbersAtOnce / std::max<int64_t>(1, d));
  for (int64_t first = 0; first < n; first += piece) {
    const auto count = std::min(piece, n - first);
    const auto bits = (rows.narrow(0, first, count) + 0.0F).view(at::kInt);  // −0 becomes 0
    keys.narrow(0, first, count).copy_((bits.to(at::kLong) * factors).sum(1));
  }
  return keys;
}

/// Of pairs of rows [P] each, which are equal, [P] bool.
Tensor equal_rows(const Tensor& rows, const Tensor& a, const Tensor& b) {
  const auto equal = at::empty(a.sizes(), a.options().dtype(at::kBool));
  const auto piece = std::max<int64_t>(1, kNumbersAtOnce / std::max<int64_t>(1, rows.size(1)));
  for (int64_t first = 0; first < a.size(0); first += piece) {
    const auto count = std::min(piece, a.size(0) - first);
    const auto left = rows.index_select(0, a.narrow(0, first, count));
    const auto right = rows.index_select(0, b.narrow(0, first, count));
    equal.narrow(0, first, count).copy_(left.eq(right).all(1));
  }
  return equal;
}

}  // namespace

Distinct distinct_rows(const Tensor& rows) {
  const auto n = rows.size(0);
  const auto [keys, order] = content_keys(rows).sort(/*stable=*/true, 0, /*descending=*/false);
  const auto repeats = at::zeros({n}, keys.options().dtype(at::kBool));
  if (n > 1) {
    // Equal keys of unequal rows are possible, and make no difference.
    const auto pairs = keys.narrow(0, 1, n - 1).eq(keys.narrow(0, 0, n - 1)).nonzero().squeeze(1);
    const auto equal =
        equal_rows(rows, order.index_select(0, pairs + 1), order.index_select(0, pairs));
    repeats.index_copy_(0, pairs + 1, equal);
  }
  const auto begins = repeats.logical_not();
  const auto kind = at::empty_like(order);
  kind.index_copy_(0, order, begins.cumsum(0) - 1);
  return {order.index_select(0, begins.nonzero().squeeze(1)), kind};
}

}  // namespace label_propagation
