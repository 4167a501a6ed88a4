// SPDX-License-Identifier: Apache-2.0
#include "host/selection/clusters.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "sslhost/training/integers.hpp"

#include "host/selection/nearest.hpp"

namespace sslhost::host {

namespace {

constexpr int kMostRounds = 100;

/// The start of k-means++, greedy: of several candidates, drawn with probabilities as their squared
/// distances to the centers that there are, the one that leaves the least sum of distances.
class Start {
 public:
  Start(const Matrix& samples, uint64_t key, const ShareOut& share_out)
      : samples_(samples),
        share_out_(share_out),
        draws_(key),
        least_(static_cast<size_t>(samples.count), std::numeric_limits<float>::infinity()) {}

  /// Fewer than `count` where no sample is left that differs from all of them.
  std::vector<int64_t> rows(int64_t count) {
    const auto candidates = 2 + static_cast<int64_t>(std::log(static_cast<double>(count)));
    std::vector<int64_t> chosen = {
        static_cast<int64_t>(draws_.below(static_cast<uint64_t>(samples_.count)))};
    least_ = distances_with(chosen).front();
    while (static_cast<int64_t>(chosen.size()) < count) {
      const auto drawn = draw(candidates);
      if (drawn.empty()) break;
      auto distances = distances_with(drawn);
      size_t best = 0;
      for (size_t c = 1; c < drawn.size(); ++c)
        if (sum_of(distances[c]) < sum_of(distances[best])) best = c;
      chosen.push_back(drawn[best]);
      least_ = std::move(distances[best]);
    }
    return chosen;
  }

 private:
  static double sum_of(const std::vector<float>& distances) {
    return std::accumulate(distances.begin(), distances.end(), 0.0);
  }

  /// Those of all samples to the nearest center, if each of `more` alone became one.
  std::vector<std::vector<float>> distances_with(const std::vector<int64_t>& more) const {
    const Centers centers(rows_of(samples_, more));
    std::vector<std::vector<float>> distances(more.size(), least_);
    share_out_(samples_.count, [&](int64_t begin, int64_t end) {
      std::vector<float> all(static_cast<size_t>(centers.padded()));
      for (auto i = begin; i < end; ++i) {
        centers.distances(samples_.row(i), all.data());
        for (size_t c = 0; c < more.size(); ++c)
          distances[c][static_cast<size_t>(i)] = std::min(least_[static_cast<size_t>(i)], all[c]);
      }
    });
    return distances;
  }

  std::vector<int64_t> draw(int64_t count) {
    std::vector<double> upto(least_.size());
    double sum = 0;
    for (size_t i = 0; i < upto.size(); ++i) upto[i] = sum += static_cast<double>(least_[i]);
    if (sum <= 0) return {};
    std::vector<int64_t> rows;
    for (int64_t i = 0; i < count; ++i) {
      const auto at = std::upper_bound(upto.begin(), upto.end(), draws_.unit() * sum);
      // The product may round up to the sum itself.
      rows.push_back(at == upto.end() ? last_apart() : at - upto.begin());
    }
    return rows;
  }
  int64_t last_apart() const {
    const auto last = std::find_if(least_.rbegin(), least_.rend(), [](float d) { return d > 0; });
    return least_.rend() - last - 1;
  }

  const Matrix& samples_;
  const ShareOut& share_out_;
  random::Integers draws_;
  std::vector<float> least_;  ///< squared distance of each sample to the nearest center
};

/// An empty cluster takes the sample that is farthest from its mean, out of a cluster that has
/// others.
void fill_empty(Nearest& at, int64_t count) {
  std::vector<int64_t> sizes(static_cast<size_t>(count));
  for (const auto k : at.center) ++sizes[static_cast<size_t>(k)];
  for (int64_t k = 0; k < count; ++k) {
    if (sizes[static_cast<size_t>(k)] > 0) continue;
    int64_t farthest = -1;
    for (size_t i = 0; i < at.center.size(); ++i)
      if (sizes[static_cast<size_t>(at.center[i])] > 1 &&
          (farthest < 0 || at.distance[i] > at.distance[static_cast<size_t>(farthest)]))
        farthest = static_cast<int64_t>(i);
    const auto i = static_cast<size_t>(farthest);
    --sizes[static_cast<size_t>(at.center[i])];
    ++sizes[static_cast<size_t>(k)];
    at.center[i] = k;
    at.distance[i] = 0;
  }
}

/// Of float64 sums in the order of the samples.
Matrix means_of(const Matrix& samples, const std::vector<int64_t>& of, int64_t count) {
  std::vector<double> sums(static_cast<size_t>(count * samples.width));
  std::vector<int64_t> sizes(static_cast<size_t>(count));
  for (int64_t i = 0; i < samples.count; ++i) {
    const auto k = of[static_cast<size_t>(i)];
    ++sizes[static_cast<size_t>(k)];
    auto* const sum = &sums[static_cast<size_t>(k * samples.width)];
    for (int64_t j = 0; j < samples.width; ++j) sum[j] += static_cast<double>(samples.row(i)[j]);
  }
  Matrix means(count, samples.width);
  for (int64_t k = 0; k < count; ++k)
    for (int64_t j = 0; j < samples.width; ++j)
      means.row(k)[j] = static_cast<float>(sums[static_cast<size_t>(k * samples.width + j)] /
                                           static_cast<double>(sizes[static_cast<size_t>(k)]));
  return means;
}

Clusters one_start(const Matrix& samples, int64_t count, uint64_t key, const ShareOut& share_out) {
  const auto rows = Start(samples, key, share_out).rows(count);
  const auto found = static_cast<int64_t>(rows.size());
  auto at = nearest(samples, Centers(rows_of(samples, rows)), share_out);
  for (int round = 0; round < kMostRounds; ++round) {
    fill_empty(at, found);
    auto next = nearest(samples, Centers(means_of(samples, at.center, found)), share_out);
    const bool stays = next.center == at.center;
    at = std::move(next);
    if (stays) break;
  }
  fill_empty(at, found);
  const double inertia = std::accumulate(at.distance.begin(), at.distance.end(), 0.0);
  return {std::move(at.center), std::move(at.distance), found, inertia};
}

}  // namespace

Clusters cluster(const Matrix& samples, const ClusterRequest& request, const ShareOut& share_out) {
  if (samples.count == 0) return {};
  Clusters best;
  for (int64_t start = 0; start < request.restarts; ++start) {
    auto other = one_start(samples, std::min(request.count, samples.count),
                           random::mix(request.key, static_cast<uint64_t>(start)), share_out);
    if (start == 0 || other.inertia < best.inertia) best = std::move(other);
  }
  return best;
}

}  // namespace sslhost::host
