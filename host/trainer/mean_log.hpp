// SPDX-License-Identifier: Apache-2.0
#pragma once

// Values that a method logs, averaged on the device over the iterations between two lines of the
// metrics, and then over the ranks: one sum a line instead of one a value and iteration.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sslhost/training/ranks.hpp"
#include "sslhost/types.hpp"

namespace sslhost::host {

class MeanLog {
 public:
  explicit MeanLog(c10::Device device) : device_(device) {}
  /// A value [], or K of them, [K], which become NAME_0 to NAME_(K−1). A name keeps to its shape.
  void add(std::string_view name, const Tensor& value);
  /// `part` [] of `whole` [], both counts: the mean is that of all parts and wholes. Not monitored.
  void add_fraction(std::string_view name, const Tensor& part, const Tensor& whole);
  /// From here on the sums are those of all ranks, until more is added. Before anything is taken or
  /// saved; every rank at the same iteration.
  void share(detail::Ranks& ranks);
  /// Means since the last call, in order of first use; waits for the device and starts a new
  /// window.
  std::vector<std::pair<std::string, double>> take();

  /// For a checkpoint in the middle of a window: names with [sum, count] float64, or [2,K].
  NamedTensors state() const;
  void restore(const NamedTensors& state);
  NamedTensors tensors() const;  ///< the sums themselves, on the device

  /// One name is averaged a second time, from check to check of early stopping; empty: none is.
  void monitor(std::string_view name);
  /// Its mean since monitor() or the last call; nothing when it was not logged. Waits for the
  /// device.
  std::optional<double> take_monitored();
  NamedTensors monitored_state() const;
  void restore_monitored(const NamedTensors& state);

 private:
  struct Entry {
    std::string name;
    Tensor pair, sum, count;  // float64 [2] or [2,K]: sums and counts, and a view of each
  };
  Entry empty(std::string_view name, IntArrayRef shape) const;
  Entry& entry(std::string_view name, IntArrayRef shape);
  static std::vector<double> take(Entry& entry);

  c10::Device device_;
  std::vector<Entry> entries_;
  std::optional<Entry> monitored_;
};

}  // namespace sslhost::host
