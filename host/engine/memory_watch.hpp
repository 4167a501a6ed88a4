// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <utility>

#include "host/device/memory.hpp"

namespace sslhost::host {

/// Whether memory that grows from look to look will last to the end of a run.
class MemoryWatch {
 public:
  /// After `done` of `all` iterations this process has so many bytes. What to warn of, once; empty:
  /// nothing. Asks for what is free only where it grew.
  std::string look(int64_t done, int64_t all, int64_t resident,
                   const std::function<FreeMemory()>& ask_free);

 private:
  std::deque<std::pair<int64_t, int64_t>> looks_;  // iterations done, bytes
  bool said_ = false;
};

}  // namespace sslhost::host
