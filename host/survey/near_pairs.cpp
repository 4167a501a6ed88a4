// SPDX-License-Identifier: Apache-2.0
#include "host/survey/near_pairs.hpp"

#include <algorithm>
#include <tuple>

#include "host/survey/groups.hpp"

namespace sslhost::host {

namespace {

// With thousands of pictures in one piece, as from a fixed camera, each is compared with those
// after it in the order of hashes alone: the work stays in proportion to their number.
constexpr size_t kMostCompared = 512;

uint16_t piece(const Look& look, int band) {
  return static_cast<uint16_t>(look.hash[static_cast<size_t>(band / 4)] >> 16 * (band % 4));
}

}  // namespace

std::vector<std::pair<size_t, size_t>> near_pairs(std::span<const Look> looks,
                                                  std::span<const size_t> among, int band) {
  std::vector<size_t> order(among.begin(), among.end());
  std::ranges::sort(order, {},
                    [&](size_t i) { return std::tuple(piece(looks[i], band), looks[i].hash, i); });
  std::vector<std::pair<size_t, size_t>> pairs;
  Connected connected(order.size());
  for (size_t a = 0; a < order.size(); ++a) {
    const auto& look = looks[order[a]];
    const size_t end = std::min(order.size(), a + 1 + kMostCompared);
    for (size_t b = a + 1; b < end && piece(looks[order[b]], band) == piece(look, band); ++b) {
      if (connected.are_connected(a, b) || !are_alike(look, looks[order[b]])) continue;
      connected.connect(a, b);
      pairs.emplace_back(std::minmax(order[a], order[b]));
    }
  }
  return pairs;
}

}  // namespace sslhost::host
