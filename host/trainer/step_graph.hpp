// SPDX-License-Identifier: Apache-2.0
#pragma once

// A step as one launch: a CUDA graph, or what stands for one on the pretend device.

#include <functional>
#include <memory>

#include <c10/core/Device.h>

namespace sslhost::host {

class StepGraph {
 public:
  virtual ~StepGraph() = default;
  /// Records what `step` asks of the device, and does it once. Throws c10::Error for a step that
  /// cannot be recorded, such as one that waits; then nothing was done.
  virtual void record(const std::function<void()>& step) = 0;
  /// Does it again.
  virtual void replay() = 0;
};

/// Null for a device without graphs.
std::unique_ptr<StepGraph> make_step_graph(c10::Device device);

}  // namespace sslhost::host
