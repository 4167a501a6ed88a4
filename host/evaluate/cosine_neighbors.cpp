// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/cosine_neighbors.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <ATen/Functions.h>

namespace sslhost::host {

CosineNeighbors cosine_neighbors(const at::Tensor& features, int64_t count) {
  constexpr int64_t kBlock = 1024;  // all cosines of 100,000 samples would be 40 GB
  auto centered = features.to(at::kFloat) - features.to(at::kFloat).mean(0, true);
  centered = centered / centered.norm(2, 1, true).clamp_min(1e-12);
  std::vector<at::Tensor> cosines, rows;
  for (int64_t first = 0; first < centered.size(0); first += kBlock) {
    const auto some = std::min(kBlock, centered.size(0) - first);
    auto all = at::mm(centered.narrow(0, first, some), centered.t());
    // Not its own neighbor.
    all.diagonal(first).fill_(-std::numeric_limits<float>::infinity());
    auto [near, whose] = all.topk(count, 1);
    cosines.push_back(std::move(near));
    rows.push_back(std::move(whose));
  }
  return {at::cat(cosines), at::cat(rows)};
}

}  // namespace sslhost::host
