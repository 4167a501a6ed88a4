// SPDX-License-Identifier: Apache-2.0
#pragma once

// The checks of `sslhost validate` as data; the rows are in checks.inc.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace sslhost::host {

struct Check {
  std::string name;
  int level = 1;
  bool methods_only = false;
  bool in_worker = false;  ///< else it looks at bytes, without LibTorch
  std::chrono::seconds limit;
  std::string needs;    ///< an earlier check: where that one fails, this one says nothing; or empty
  std::string meaning;  ///< what holds where it passes
};

inline constexpr int kLevels = 5;

/// In the order in which they are made: level by level.
const std::vector<Check>& checks();
/// By its name as users write it, label-blind. Throws Error (usage) with the nearest ones.
const Check& find_check(std::string_view name);

}  // namespace sslhost::host
