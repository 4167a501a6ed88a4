// SPDX-License-Identifier: Apache-2.0
#pragma once

// Keeps the running statistics of batch norm closed, except in passes that a method opened with
// Step::track. Works on every torch::nn::BatchNorm: a closed layer still normalises by its batch,
// and records nothing.

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <torch/nn/module.h>

#include "sslhost/noise.hpp"
#include "sslhost/types.hpp"

namespace sslhost::host {

class StatisticsGates {
 public:
  /// Finds the batch norms of a registered module.
  void add(torch::nn::Module& module);
  /// Layers of a module that is a copy of another record nothing by themselves and are not missed.
  void exempt(torch::nn::Module& module);

  void close_all();  ///< before steps
  void open_all();   ///< before evaluation, which uses what was recorded
  void begin_step() { opened_.clear(); }
  StatisticsScope open(torch::nn::Module& module);

  void remember();  ///< the running statistics as they are
  /// The same or, when `skip` (float32 [], 0 or 1) is 1, puts those back that were remembered. No
  /// wait.
  void settle(const Tensor& skip);

  /// Whether layers exist that should have recorded, and none ever did.
  bool nothing_recorded() const;
  bool nothing_recorded(torch::nn::Module& module);  ///< the same of a module's layers
  void assume_recorded();                            ///< weights came from a file

 private:
  struct Gate;
  static bool none_recorded(const std::vector<std::shared_ptr<Gate>>& gates);
  std::vector<std::shared_ptr<Gate>> below(torch::nn::Module& module);

  std::vector<std::shared_ptr<Gate>> gates_;
  std::map<torch::nn::Module*, std::vector<std::shared_ptr<Gate>>> cache_;
  std::set<torch::nn::Module*> opened_;
  std::vector<Tensor> running_, remembered_;  // of all gates; remembered_ are parts of whole_
  Tensor whole_;
};

}  // namespace sslhost::host
