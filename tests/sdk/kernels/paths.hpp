// SPDX-License-Identifier: Apache-2.0
#pragma once

// The kernels at each width of vectors, as parameters of tests.

#include <algorithm>
#include <ostream>
#include <string>

#include "sdk/src/kernels/dispatch.hpp"

namespace sslhost::vectors {

/// All there are; tests of those that this processor lacks are skipped with the reason.
inline const Path* const kAll[] = {&kAvx2, &kAvx512};

inline bool runs_here(const Path& path) {
  const auto can = kernels::paths_of(kernels::this_processor());
  return std::find(can.begin(), can.end(), &path) != can.end();
}

inline std::string why_skipped(const Path& path) {
  return std::string("this processor has no ") + path.name;
}

inline void PrintTo(const Path* path, std::ostream* out) { *out << (path ? path->name : "none"); }

}  // namespace sslhost::vectors
