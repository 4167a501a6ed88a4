// SPDX-License-Identifier: Apache-2.0
#include "nearest.hpp"

#include <algorithm>
#include <limits>

#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linalg_vector_norm.h>

namespace label_propagation {

namespace {

using at::Tensor;

/// Rows of so many numbers that are worked on at once: 2^24 float32 are 64 MB.
int64_t rows_at_once(int64_t log2_of_numbers, int64_t row) {
  return std::max<int64_t>(1, (int64_t{1} << log2_of_numbers) / std::max<int64_t>(1, row));
}

/// Beyond the k that are wanted. Products of float32 cancel, and their last bits depend on the
/// number of threads: they choose candidates, and differences in float64 choose among these.
constexpr int64_t kSpare = 16;

/// Candidates [m,c] in ascending order -> the nearest of them, as many as `found` has room for.
void choose(const Tensor& queries, const Tensor& points, const Tensor& candidates,
            const Neighbors& found) {
  const auto m = queries.size(0), c = candidates.size(1), k = found.places.size(1);
  const auto piece = rows_at_once(22, c * points.size(1));
  for (int64_t first = 0; first < m; first += piece) {
    const auto count = std::min(piece, m - first);
    const auto some = candidates.narrow(0, first, count);
    const auto near = points.index_select(0, some.flatten()).view({count, c, -1});
    const auto squares = near.sub_(queries.narrow(0, first, count).unsqueeze(1))
                             .square_()
                             .sum(2, false, at::kDouble);
    const auto [sorted, order] = squares.sort(/*stable=*/true, 1, /*descending=*/false);
    found.places.narrow(0, first, count).copy_(some.gather(1, order.narrow(1, 0, k)));
    found.squares.narrow(0, first, count).copy_(sorted.narrow(1, 0, k));
  }
}

Neighbors search(const Tensor& queries, const Tensor& points, int64_t k, bool others) {
  const auto m = queries.size(0), n = points.size(0), available = n - (others ? 1 : 0);
  k = std::min(k, available);
  const Neighbors all = {at::empty({m, k}, points.options().dtype(at::kLong)),
                         at::empty({m, k}, points.options().dtype(at::kDouble))};
  if (k < 1) return all;
  const auto center = points.mean(0);  // products of centered points cancel less
  const auto centered = points - center;
  const auto norms = at::linalg_vector_norm(centered, 2, 1).square_().unsqueeze(0);
  const auto wanted = std::min(k + kSpare, available);
  const auto piece = std::min(m, rows_at_once(24, std::max(n, points.size(1))));
  const auto buffer = at::empty({piece, n}, points.options());
  for (int64_t first = 0; first < m; first += piece) {
    const auto count = std::min(piece, m - first);
    const auto some = queries.narrow(0, first, count);
    auto distances = buffer.narrow(0, 0, count);  // less the query's own norm
    at::addmm_out(distances, norms, some - center, centered.t(), 1, -2);
    if (others)
      distances.narrow(1, first, count).fill_diagonal_(std::numeric_limits<float>::infinity());
    const auto candidates =
        std::get<1>(distances.topk(wanted, 1, /*largest=*/false, /*sorted=*/false));
    choose(some, points, std::get<0>(candidates.sort(1)),
           {all.places.narrow(0, first, count), all.squares.narrow(0, first, count)});
  }
  return all;
}

}  // namespace

Neighbors nearest(const Tensor& queries, const Tensor& points, int64_t k) {
  return search(queries, points, k, /*others=*/false);
}

Neighbors nearest_others(const Tensor& points, int64_t k) {
  return search(points, points, k, /*others=*/true);
}

}  // namespace label_propagation
