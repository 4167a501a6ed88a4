// SPDX-License-Identifier: Apache-2.0
#include "nearest.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <ATen/ops/addmm.h>
#include <ATen/ops/cat.h>
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
/// number of threads: they choose candidates, and squared differences, summed in float64, choose
/// among these.
constexpr int64_t kSpare = 16;

Tensor joined(const std::vector<Tensor>& pieces) {
  return pieces.size() == 1 ? pieces.front() : at::cat(pieces);
}

// Nothing below writes into a tensor that others see: an export records the operators of a
// prediction (host/export), and a file has none that writes into a part.

/// Candidates [m,c] in ascending order -> the k nearest of them.
Neighbors choose(const Tensor& queries, const Tensor& points, const Tensor& candidates, int64_t k) {
  const auto m = queries.size(0), c = candidates.size(1);
  const auto piece = rows_at_once(22, c * points.size(1));
  std::vector<Tensor> places, squares;
  for (int64_t first = 0; first < m; first += piece) {
    const auto count = std::min(piece, m - first);
    const auto some = candidates.narrow(0, first, count);
    const auto near = points.index_select(0, some.flatten()).view({count, c, -1});
    const auto distances = near.sub_(queries.narrow(0, first, count).unsqueeze(1))
                               .square_()
                               .sum(2, false, at::kDouble);
    const auto [sorted, order] = distances.sort(/*stable=*/true, 1, /*descending=*/false);
    places.push_back(some.gather(1, order.narrow(1, 0, k)));
    squares.push_back(sorted.narrow(1, 0, k));
  }
  return {joined(places), joined(squares)};
}

Neighbors search(const Tensor& queries, const Tensor& points, int64_t k, bool others) {
  const auto m = queries.size(0), n = points.size(0), available = n - (others ? 1 : 0);
  k = std::min(k, available);
  if (k < 1 || m < 1)
    return {at::empty({m, k}, points.options().dtype(at::kLong)),
            at::empty({m, k}, points.options().dtype(at::kDouble))};
  const auto center = points.mean(0);  // products of centered points cancel less
  const auto centered = points - center;
  const auto norms = at::linalg_vector_norm(centered, 2, 1).square_().unsqueeze(0);
  const auto wanted = std::min(k + kSpare, available);
  const auto piece = std::min(m, rows_at_once(24, std::max(n, points.size(1))));
  std::vector<Tensor> places, squares;
  for (int64_t first = 0; first < m; first += piece) {
    const auto count = std::min(piece, m - first);
    const auto some = queries.narrow(0, first, count);
    // Less the query's own norm.
    const auto distances = at::addmm(norms, some - center, centered.t(), 1, -2);
    if (others)
      distances.narrow(1, first, count).fill_diagonal_(std::numeric_limits<float>::infinity());
    const auto candidates =
        std::get<1>(distances.topk(wanted, 1, /*largest=*/false, /*sorted=*/false));
    const auto found = choose(some, points, std::get<0>(candidates.sort(1)), k);
    places.push_back(found.places);
    squares.push_back(found.squares);
  }
  return {joined(places), joined(squares)};
}

}  // namespace

Neighbors nearest(const Tensor& queries, const Tensor& points, int64_t k) {
  return search(queries, points, k, /*others=*/false);
}

Neighbors nearest_others(const Tensor& points, int64_t k) {
  return search(points, points, k, /*others=*/true);
}

}  // namespace label_propagation
