// SPDX-License-Identifier: Apache-2.0
#pragma once

// What was asked of the pretend device, on all threads: backward runs in a thread of its own there,
// as on a card.

#include <map>
#include <string>
#include <vector>

#include <ATen/core/ivalue.h>

namespace sslhost::host::pretend {

struct Asked {
  std::map<std::string, int> operators = {};  ///< each is at least one launch on a card
  std::map<std::string, int> waits = {};      ///< where the host would stand still
  /// Each operator with its arguments: memory made before as its address, memory made since as its
  /// number, numbers as they are. Steps of equal traces can be one CUDA graph.
  std::vector<std::string> trace = {};
  int total() const;  ///< of operators
};

/// Notes while it lives; one at a time in a process.
class Use {
 public:
  Use();
  ~Use();
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  const Asked& asked() const;
  static bool paused();  ///< in this thread
  /// What goes on in this thread while it lives is not noted.
  class Pause {
   public:
    Pause();
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    bool before_;
  };
};

/// From the device's kernels; nothing where no Use lives.
void note_operator(const std::string& name, at::ArrayRef<c10::IValue> arguments);
void note_wait(const std::string& name);

}  // namespace sslhost::host::pretend
