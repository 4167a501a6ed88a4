// SPDX-License-Identifier: Apache-2.0
#pragma once

// How much memory a process has and may still take. Without LibTorch.

#include <cstdint>
#include <filesystem>
#include <string>

namespace sslhost::host {

struct FreeMemory {
  int64_t bytes = 0;       ///< beside what this process has; 0 at least
  std::string limit = {};  ///< what bounds it: "on this machine", "in its control group", ...
};

/// The least of what the machine has without writing others out, swap included, what the control
/// groups above this process leave (v2 and v1), and `ulimit -v` and `-d`. What the system does not
/// say bounds nothing. `root`: another tree with proc/ and sys/, for tests.
FreeMemory free_memory(const std::filesystem::path& root = "/");

/// Of this process, now; 0 where the system does not say.
int64_t resident_bytes();

/// Weights, gradients, and two moments of each (Adam), 4 bytes a number.
inline int64_t training_bytes(int64_t weights) { return 16 * weights; }

/// Throws Error (device), which names `what`, where so many bytes more cannot fit. Freed memory
/// that this process keeps counts as free. Returns what is left before they are taken.
int64_t require_memory(const std::string& what, int64_t bytes);

}  // namespace sslhost::host
