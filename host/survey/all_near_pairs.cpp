// SPDX-License-Identifier: Apache-2.0
#include "host/survey/all_near_pairs.hpp"

#include <algorithm>

#include <ATen/Parallel.h>

namespace sslhost::host {

std::vector<std::pair<size_t, size_t>> all_near_pairs(std::span<const Look> looks,
                                                      std::span<const size_t> among) {
  std::vector<size_t> uneven;
  for (const auto i : among)
    if (!looks[i].flat) uneven.push_back(i);
  std::vector<std::vector<std::pair<size_t, size_t>>> of_band(kBands);
  at::parallel_for(0, kBands, 1, [&](int64_t begin, int64_t end) {
    for (auto band = begin; band < end; ++band)
      of_band[static_cast<size_t>(band)] = near_pairs(looks, uneven, static_cast<int>(band));
  });
  std::vector<std::pair<size_t, size_t>> pairs;
  for (const auto& some : of_band) pairs.insert(pairs.end(), some.begin(), some.end());
  std::ranges::sort(pairs);
  pairs.erase(std::ranges::unique(pairs).begin(), pairs.end());
  return pairs;
}

}  // namespace sslhost::host
