// SPDX-License-Identifier: Apache-2.0
#include "host/engine/choose_residency.hpp"

#include <limits>

#include <c10/core/CachingDeviceAllocator.h>

#include "host/device/memory.hpp"
#include "host/log/bytes_text.hpp"

namespace sslhost::host {

ChosenResidency choose_residency(Residency asked, int64_t bytes, c10::Device device, int64_t free) {
  if (asked != Residency::automatic) return {asked, ""};
  if (bytes <= free / 2) return {Residency::device, ""};
  return {Residency::host, "samples: " + bytes_text(bytes) + ", with " + bytes_text(free) +
                               " free on " + device.str() + ": " +
                               (device.is_cpu() ? "" : "they stay on the host, and ") +
                               "batches are read ahead (--residency)"};
}

int64_t free_bytes(c10::Device device) {
  if (device.is_cpu()) return free_memory().bytes;
  if (!device.is_cuda()) return std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(
      c10::getDeviceAllocator(device.type())->getMemoryInfo(device.index()).first);
}

}  // namespace sslhost::host
