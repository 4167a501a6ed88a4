// SPDX-License-Identifier: Apache-2.0
#pragma once

// How many CPU threads a run takes.

#include <cstdint>

#include "host/device/openmp_team.hpp"

namespace sslhost::host {

/// LibTorch's threads for as long as it lives; then there are as many as before, since a program
/// may train several times.
class Threads {
 public:
  /// 0: the user names none, and there are as many as OpenMP gives of those that LibTorch would
  /// take, divided among the `processes` of this run on this machine. Throws Error (device) where
  /// it gives fewer than are named.
  explicit Threads(int64_t named, int processes = 1);
  ~Threads();
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  /// Where the user names none: a single one, if an iteration takes so little that waking a second
  /// costs more than it gains. `numbers`: values in a batch; `products`: multiply-adds of a batch
  /// with every weight. By size alone, never by a timing: the bits of a run depend on it.
  void suit(int64_t numbers, int64_t products);

 private:
  WholeTeams whole_;
  int before_;
  bool named_;
};

}  // namespace sslhost::host
