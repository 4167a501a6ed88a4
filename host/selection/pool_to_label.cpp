// SPDX-License-Identifier: Apache-2.0
#include "host/selection/pool_to_label.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_set>

namespace sslhost::host {

namespace {

std::vector<int64_t> from_to(int64_t begin, int64_t end) {
  std::vector<int64_t> all(static_cast<size_t>(end - begin));
  std::iota(all.begin(), all.end(), begin);
  return all;
}

}  // namespace

PoolToLabel pool_to_label(const Dataset& dataset) {
  const auto training = dataset.train.size(), all = training + dataset.unlabeled.size();
  PoolToLabel pool = {.ids = from_to(0, all)};
  if (!dataset.train.labels.defined() || training == 0) return pool;
  if (training == all)
    pool.overlooked = true;
  else
    pool.labeled = from_to(0, training);
  return pool;
}

PoolToLabel pool_to_label_next(const Dataset& dataset, const Split* split) {
  if (split != nullptr) {
    PoolToLabel pool = {.ids = split->unlabeled};
    const std::unordered_set<int64_t> labeled(split->labeled.begin(), split->labeled.end());
    std::erase_if(pool.ids, [&](int64_t id) { return labeled.contains(id); });
    std::ranges::sort(pool.ids);  // a split is shuffled, which is to have no say
    return pool;
  }
  auto pool = pool_to_label(dataset);
  if (pool.labeled.empty()) return pool;
  return {.ids = from_to(std::ssize(pool.labeled), std::ssize(pool.ids))};
}

}  // namespace sslhost::host
