// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>

namespace sslhost::host {

/// Operators that make the host wait for the device, and tensors made without saying where, both as
/// a GPU would meet them. Seen on this thread while alive and not paused.
class WaitObserver {
 public:
  WaitObserver();
  ~WaitObserver();
  WaitObserver(const WaitObserver&) = delete;
  WaitObserver& operator=(const WaitObserver&) = delete;
  /// Nothing is seen while it lives.
  struct Pause {
    Pause();
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;
  };
  const std::set<std::string>& waits() const;  ///< names of operators
  const std::set<std::string>& without_device() const;

 private:
  uint64_t handle_;
};

}  // namespace sslhost::host
