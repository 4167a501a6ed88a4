// SPDX-License-Identifier: Apache-2.0
#pragma once

// Modules named 0, 1, ... as in a torch.nn.Sequential, without the cost of its header.

#include <memory>
#include <string>
#include <vector>

#include "sslhost/nn/module.hpp"

namespace sslhost::networks {

template <class M>
class List final : public Module {
 public:
  void add(std::shared_ptr<M> module) {
    all_.push_back(register_module(std::to_string(next_++), std::move(module)));
  }
  /// A number is left out: that of a layer without parameters.
  void skip() { ++next_; }
  const std::vector<std::shared_ptr<M>>& all() const { return all_; }

 private:
  std::vector<std::shared_ptr<M>> all_;
  int64_t next_ = 0;
};

}  // namespace sslhost::networks
