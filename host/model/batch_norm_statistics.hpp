// SPDX-License-Identifier: Apache-2.0
#pragma once

// Keeps the running statistics of batch norm closed, except in passes that a method opened with
// Step::record_statistics. A closed layer normalizes by its batch, and records nothing.

#include <map>
#include <memory>
#include <set>
#include <vector>

#include "sslhost/nn/module.hpp"
#include "sslhost/nn/noise.hpp"

namespace sslhost::host {

class BatchNormStatistics {
 public:
  /// Finds the layers of a registered module, ours and LibTorch's.
  void add(Module& module);
  /// Layers of a module that is a copy of another record nothing by themselves and are not missed.
  void exempt(Module& module);

  void begin_step() { opened_.clear(); }
  StatisticsScope open(Module& module);

  void remember();  ///< the running statistics as they are
  /// The same or, when `found_inf` (float32 [], 0 or 1) is 1, puts those back that were remembered.
  /// No wait.
  void settle(const Tensor& found_inf);

  NamedTensors remembered() const;

  /// Whether layers exist that should have recorded, and none ever did.
  bool nothing_recorded() const;
  bool nothing_recorded(Module& module);  ///< the same of a module's layers
  void assume_recorded();                 ///< weights came from a file

 private:
  struct Layer {
    Module* module;
    RunningStatistics* statistics;
    bool recorded = false, exempt = false;
  };
  using Layers = std::vector<std::shared_ptr<Layer>>;
  static bool none_recorded(const Layers& layers);
  const Layers& below(Module& module);

  Layers layers_;
  std::map<Module*, Layers> cache_;
  std::set<Module*> opened_;
  std::vector<Tensor> running_, remembered_;  // of all layers
};

}  // namespace sslhost::host
