// SPDX-License-Identifier: Apache-2.0
#include "nearest.hpp"

#include <algorithm>
#include <limits>

#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>

namespace label_propagation {

namespace {

using at::Tensor;

constexpr int64_t kNumbersAtOnce = 1 << 24;  // 64 MB of float32

/// Beyond the k that are wanted. Products of float32 cancel, and their last bits depend on the
/// number of threads: they choose candidates, and differences in float64 choose among these.
constexpr int64_t kSpare = 16;

/// Candidates [m,c] in ascending order -> the k nearest of them.
Neighbors choose(const Tensor& queries, const Tensor& points, const Tensor& candidates, int64_t k) {
  const auto near =
      points.index_select(0, candidates.flatten()).view({candidates.size(0), -1, points.size(1)});
  const auto squares = (near - queries.unsqueeze(1)).square_().sum(2, false, at::kDouble);
  const auto [sorted, order] = squares.sort(/*stable=*/true, 1, /*descending=*/false);
  return {candidates.gather(1, order.narrow(1, 0, k)), sorted.narrow(1, 0, k)};
}

Neighbors search(const Tensor& queries, const Tensor& points, int64_t k, bool others) {
  const auto m = queries.size(0), n = points.size(0), available = n - (others ? 1 : 0);
  k = std::min(k, available);
  const Neighbors all = {at::empty({m, k}, points.options().dtype(at::kLong)),
                         at::empty({m, k}, points.options().dtype(at::kDouble))};
  if (k < 1) return all;
  const auto center = points.mean(0);  // products of centered points cancel less
  const auto centered = points - center;
  const auto norms = centered.square().sum(1).unsqueeze(0);
  const auto wanted = std::min(k + kSpare, available);
  const auto piece =
      std::clamp<int64_t>(kNumbersAtOnce / std::max(n, wanted * points.size(1)), 1, m);
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
    const auto found = choose(some, points, std::get<0>(candidates.sort(1)), k);
    all.places.narrow(0, first, count).copy_(found.places);
    all.squares.narrow(0, first, count).copy_(found.squares);
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
