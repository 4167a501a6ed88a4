// SPDX-License-Identifier: Apache-2.0
#include "host/report/doubtful_labels.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include <ATen/Functions.h>

#include "host/evaluate/cosine_neighbors.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kMostNeighbors = 10, kFewestNeighbors = 3;
// With 25 labels a class, half of the neighbors being of another one is no rarity.
constexpr double kShare = 0.8;

/// The judgment of one sample by its `neighbors`.
std::optional<DoubtfulLabel> judged(int64_t place, std::span<const int64_t> neighbors,
                                    const int64_t* labels, size_t classes) {
  std::vector<int64_t> votes(classes);
  for (const auto other : neighbors) ++votes[static_cast<size_t>(labels[other])];
  const auto most = std::ranges::max_element(votes) - votes.begin();
  const auto share =
      static_cast<double>(votes[static_cast<size_t>(most)]) / static_cast<double>(neighbors.size());
  if (most == labels[place] || share < kShare) return std::nullopt;
  return DoubtfulLabel{.place = place, .label = labels[place], .nearest = most, .share = share};
}

}  // namespace

std::vector<DoubtfulLabel> doubtful_labels(const Tensor& features, const Tensor& labels,
                                           int64_t classes) {
  const auto count = features.size(0), most = std::min(kMostNeighbors, count - 1);
  if (most < kFewestNeighbors) return {};
  const auto own = labels.contiguous();
  const auto* const label = own.const_data_ptr<int64_t>();
  std::vector<int64_t> of_class(static_cast<size_t>(classes));
  for (int64_t i = 0; i < count; ++i) ++of_class[static_cast<size_t>(label[i])];
  const auto neighbors = cosine_neighbors(features, most).rows;
  std::vector<DoubtfulLabel> found;
  for (int64_t i = 0; i < count; ++i) {
    const auto asked = std::min(most, of_class[static_cast<size_t>(label[i])] - 1);
    if (asked < kFewestNeighbors) continue;
    const std::span nearest(neighbors.const_data_ptr<int64_t>() + i * most,
                            static_cast<size_t>(asked));
    if (const auto one = judged(i, nearest, label, of_class.size())) found.push_back(*one);
  }
  std::ranges::stable_sort(found, [](auto& a, auto& b) { return a.share > b.share; });
  return found;
}

}  // namespace sslhost::host
