// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a CUDA graph is, on the pretend device: operators that were recorded once and are made
// again, on the same memory, with the numbers that the host gave them then.

#include <cstdint>
#include <functional>
#include <vector>

namespace sslhost::host::pretend {

class Graph {
 public:
  Graph() = default;
  ~Graph();
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;
  /// Until end() what is asked of the device is done, and recorded. Whatever would wait for a card
  /// throws c10::Error meanwhile.
  void begin();
  void end();
  void replay() const;
  /// Replays of all graphs so far, for tests.
  static int64_t replays();

 private:
  friend void record(std::function<void()> node);
  std::vector<std::function<void()>> nodes_;
};

/// For the device's kernels. False outside of begin() and end(), and within an operator.
bool records();
void record(std::function<void()> node);
/// Throws where `what` waits and a graph is being recorded.
void require_no_wait(const char* what);

}  // namespace sslhost::host::pretend
