// SPDX-License-Identifier: Apache-2.0
#pragma once

// Networks in two halves, so that methods can use features. `--model NAME` chooses the network for
// every method alike; networks.hpp lists the names.

#include <memory>
#include <utility>

#include "sslhost/export.hpp"
#include "sslhost/nn/module.hpp"

namespace sslhost {

class SSLHOST_API Backbone : public Module {
 public:
  virtual Tensor features(const Tensor& images) = 0;  ///< [N,C,H,W] -> [N,D]
  virtual Tensor head(const Tensor& features) = 0;    ///< [N,D] -> logits [N,K]
  virtual int64_t width() const = 0;                  ///< D
};

/// Shared handle of a backbone; calling it gives logits.
class Network {
 public:
  Network() = default;
  explicit Network(std::shared_ptr<Backbone> backbone) : backbone_(std::move(backbone)) {}
  Tensor operator()(const Tensor& images) const {
    return backbone_->head(backbone_->features(images));
  }
  Backbone* operator->() const { return backbone_.get(); }
  Backbone& operator*() const { return *backbone_; }
  const std::shared_ptr<Backbone>& ptr() const { return backbone_; }
  explicit operator bool() const { return backbone_ != nullptr; }

 private:
  std::shared_ptr<Backbone> backbone_;
};

}  // namespace sslhost
