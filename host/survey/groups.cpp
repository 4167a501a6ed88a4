// SPDX-License-Identifier: Apache-2.0
#include "host/survey/groups.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace sslhost::host {

Connected::Connected(size_t count) : above_(count) { std::iota(above_.begin(), above_.end(), 0U); }

size_t Connected::root(size_t i) {
  while (above_[i] != i) i = above_[i] = above_[above_[i]];
  return i;
}

bool Connected::connect(size_t a, size_t b) {
  a = root(a);
  b = root(b);
  if (a == b) return false;
  above_[std::max(a, b)] = static_cast<uint32_t>(std::min(a, b));  // the first member is the root
  return true;
}

std::vector<Group> Connected::groups() {
  std::unordered_map<size_t, size_t> at;  // of a root
  std::vector<Group> all;
  for (size_t i = 0; i < above_.size(); ++i) {
    const size_t first = root(i);
    if (first == i) continue;
    const auto [found, is_new] = at.emplace(first, all.size());
    if (is_new) all.push_back({first});
    all[found->second].push_back(i);
  }
  std::ranges::sort(all, {}, [](const Group& group) { return group.front(); });
  return all;
}

std::vector<Group> equal_groups(std::span<const uint64_t> keys, std::span<const size_t> among,
                                const std::function<bool(size_t, size_t)>& are_equal) {
  std::vector<size_t> order(among.begin(), among.end());
  std::ranges::sort(order, {}, [&](size_t i) { return std::pair(keys[i], i); });
  std::vector<Group> all;
  for (size_t begin = 0, end; begin < order.size(); begin = end) {
    std::vector<Group> same;  // one, or more where a key means several contents
    for (end = begin; end < order.size() && keys[order[end]] == keys[order[begin]]; ++end) {
      const auto own = std::ranges::find_if(
          same, [&](const Group& group) { return are_equal(group.front(), order[end]); });
      if (own != same.end())
        own->push_back(order[end]);
      else
        same.push_back({order[end]});
    }
    for (auto& group : same)
      if (group.size() > 1) all.push_back(std::move(group));
  }
  std::ranges::sort(all, {}, [](const Group& group) { return group.front(); });
  return all;
}

}  // namespace sslhost::host
