// SPDX-License-Identifier: Apache-2.0
#pragma once

// What of CUDA the host asks for by name. It lies in a library of its own (host/cards), which is
// there where the machine has NVIDIA's driver: sslhost/cuda_library.hpp.

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <c10/core/Device.h>
#include <c10/util/intrusive_ptr.h>

namespace c10d {
class Backend;
class Store;
}  // namespace c10d

namespace sslhost::host {

class StepGraph;

class Cards {
 public:
  virtual ~Cards() = default;
  /// Why CUDA cannot use card `index`, or is too old or too new for it; nothing when it can.
  virtual std::optional<std::string> why_unusable(int index) const = 0;
  /// "NVIDIA H200"; empty where it does not answer.
  virtual std::string name(int index) const = 0;
  /// Whatever asks for no card of its own gets this one.
  virtual void make_current(int index) const = 0;
  virtual void synchronize(int index) const = 0;
  virtual std::unique_ptr<StepGraph> step_graph(int index) const = 0;
  /// Sums by NCCL, over the current card of each rank. A sum takes its place in the card's stream,
  /// and the host does not wait for it. Throws Error (device) where this build has no NCCL.
  virtual c10::intrusive_ptr<c10d::Backend> join(const c10::intrusive_ptr<c10d::Store>& store,
                                                 int rank, int size,
                                                 std::chrono::milliseconds timeout) const = 0;
};

/// Null where the library is not there: cuda_library() says why.
const Cards* cards();

}  // namespace sslhost::host
