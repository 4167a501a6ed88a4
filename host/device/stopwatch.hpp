// SPDX-License-Identifier: Apache-2.0
#pragma once

// Time of training, with the device idle at both ends.

#include <chrono>

#include <c10/core/Device.h>

#include "host/device/device.hpp"

namespace sslhost::host {

/// Adds the time since it was made, restarted or asked last to a sum, in seconds.
class Stopwatch {
 public:
  explicit Stopwatch(c10::Device device) : device_(device) { restart(); }
  void restart() {
    synchronize(device_);
    start_ = std::chrono::steady_clock::now();
  }
  void add_to(double& sum) {
    const auto before = start_;
    restart();
    sum += std::chrono::duration<double>(start_ - before).count();
  }

 private:
  c10::Device device_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace sslhost::host
