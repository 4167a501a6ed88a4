// SPDX-License-Identifier: Apache-2.0
#include "host/selection/choose.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "host/selection/clusters.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kMostClusters = 500;  // TypiClust's own bound
constexpr int64_t kUnsureEach = 10;     // Zhdanov's beta

/// Work that all restarts together may take, in distances: some seconds.
constexpr int64_t kMostDistances = 20'000'000;
constexpr int64_t kMostRestarts = 10;

Clusters clusters_of(const Matrix& samples, int64_t count, uint64_t key,
                     const ShareOut& share_out) {
  const auto once = std::max<int64_t>(1, samples.count * count);
  const auto restarts = std::clamp<int64_t>(kMostDistances / once, 1, kMostRestarts);
  return cluster(samples, {.count = count, .key = key, .restarts = restarts}, share_out);
}

/// Samples of one cluster.
struct Group {
  int64_t size = 0, labeled = 0;
  int64_t chosen = -1;  ///< the best of those that may be chosen; -1: there is none
};

std::vector<Group> groups_of(const Clusters& clusters, const std::vector<bool>& is_labeled,
                             std::span<const float> worth_less) {
  std::vector<Group> groups(static_cast<size_t>(clusters.count));
  for (size_t i = 0; i < clusters.of.size(); ++i) {
    auto& group = groups[static_cast<size_t>(clusters.of[i])];
    ++group.size;
    group.labeled += is_labeled[i];
    const bool better =
        group.chosen < 0 || worth_less[i] < worth_less[static_cast<size_t>(group.chosen)];
    if (!is_labeled[i] && better) group.chosen = static_cast<int64_t>(i);
  }
  std::erase_if(groups, [](const Group& group) { return group.chosen < 0; });
  return groups;
}

/// Up to `count` with the first rows that may still be chosen.
void fill_up(std::vector<int64_t>& chosen, std::vector<bool> taken, int64_t count) {
  for (const auto row : chosen) taken[static_cast<size_t>(row)] = true;
  for (size_t i = 0; i < taken.size() && std::ssize(chosen) < count; ++i)
    if (!taken[i]) chosen.push_back(static_cast<int64_t>(i));
}

}  // namespace

std::vector<int64_t> choose_medoids(const Matrix& samples, std::span<const int64_t> labeled,
                                    int64_t count, uint64_t key, const ShareOut& share_out) {
  std::vector<bool> is_labeled(static_cast<size_t>(samples.count), false);
  for (const auto row : labeled) is_labeled[static_cast<size_t>(row)] = true;
  const auto wanted = std::min(count + std::ssize(labeled), std::max(count, kMostClusters));
  const auto clusters = clusters_of(samples, wanted, key, share_out);
  auto groups = groups_of(clusters, is_labeled, clusters.distances);
  std::ranges::stable_sort(groups, {},
                           [](const Group& g) { return std::tuple(g.labeled, -g.size); });
  std::vector<int64_t> chosen;
  for (const auto& group : groups)
    if (std::ssize(chosen) < count) chosen.push_back(group.chosen);
  fill_up(chosen, std::move(is_labeled), count);
  return chosen;
}

std::vector<int64_t> choose_unsure(const Matrix& samples, std::span<const float> margins,
                                   int64_t count, uint64_t key, const ShareOut& share_out) {
  std::vector<int64_t> rows(static_cast<size_t>(samples.count));
  std::iota(rows.begin(), rows.end(), 0);
  std::ranges::stable_sort(rows, {}, [&](int64_t i) { return margins[static_cast<size_t>(i)]; });
  rows.resize(static_cast<size_t>(std::min(samples.count, kUnsureEach * count)));
  std::vector<float> among;
  for (const auto row : rows) among.push_back(margins[static_cast<size_t>(row)]);
  const auto clusters = clusters_of(rows_of(samples, rows), count, key, share_out);
  const auto none = std::vector<bool>(rows.size(), false);
  std::vector<int64_t> chosen;
  for (const auto& group : groups_of(clusters, none, among)) chosen.push_back(group.chosen);
  fill_up(chosen, none, count);
  std::ranges::sort(chosen);  // they are in the order of their margins
  for (auto& at : chosen) at = rows[static_cast<size_t>(at)];
  return chosen;
}

}  // namespace sslhost::host
