// SPDX-License-Identifier: Apache-2.0
#pragma once

// Values that a method logs, averaged on the device over the iterations between two lines of the
// metrics.

#include <cstdint>
#include <optional>
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

  /// One name is averaged a second time, from look to look of a phase's monitor; empty: none is.
  void follow(std::string_view name);
  /// Its mean since follow() or the last call; nothing when it was not logged. Waits for the
  /// device.
  std::optional<double> take_followed();
  NamedTensors followed_state() const;
  void restore_followed(const NamedTensors& state);

 private:
  struct Entry {
    std::string name;
    Tensor sum;  // float64 []
    int64_t count = 0;
  };
  Entry empty(std::string_view name) const;
  Entry& entry(std::string_view name);
  static void add_to(Entry& entry, const Tensor& value);
  static std::pair<std::string, Tensor> state_of(const Entry& entry);
  static void restore_into(Entry& entry, const Tensor& state);

  c10::Device device_;
  std::vector<Entry> entries_;
  std::optional<Entry> followed_;
};

}  // namespace sslhost::host
