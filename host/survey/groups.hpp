// SPDX-License-Identifier: Apache-2.0
#pragma once

// Samples that belong together, from pairs or from keys.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace sslhost::host {

using Group = std::vector<size_t>;  ///< at least two, rising

/// Who is connected with whom, over any number of steps (a union of sets).
class Connected {
 public:
  explicit Connected(size_t count);
  /// Whether they were not connected before.
  bool connect(size_t a, size_t b);
  bool are_connected(size_t a, size_t b) { return root(a) == root(b); }
  /// By their first members.
  std::vector<Group> groups();

 private:
  size_t root(size_t i);
  std::vector<uint32_t> above_;
};

/// Those `among` all with equal keys for which are_equal(a, b) holds too; by their first members.
std::vector<Group> equal_groups(std::span<const uint64_t> keys, std::span<const size_t> among,
                                const std::function<bool(size_t, size_t)>& are_equal);

}  // namespace sslhost::host
