// SPDX-License-Identifier: Apache-2.0
#pragma once

// Values that a method logs, averaged on the device over the iterations between two lines of the
// metrics.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/trainer/assembly.hpp"

namespace sslhost::host {

class LogWindow {
 public:
  explicit LogWindow(c10::Device device) : device_(device) {}
  void add(std::string_view name, const Tensor& value);
  /// Means since the last call, in order of first use; waits for the device and starts a new
  /// window.
  std::vector<std::pair<std::string, double>> take();

  /// For a checkpoint in the middle of a window: names with [sum, count] float64.
  NamedTensors state() const;
  void restore(const NamedTensors& state);

 private:
  struct Entry {
    std::string name;
    Tensor sum;  // float64 []
    int64_t count = 0;
  };
  Entry& entry(std::string_view name);

  c10::Device device_;
  std::vector<Entry> entries_;
};

}  // namespace sslhost::host
