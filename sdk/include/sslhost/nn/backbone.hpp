// SPDX-License-Identifier: Apache-2.0
#pragma once

// Networks in two halves, so that methods can use features. `--model NAME` chooses the network for
// every method alike; networks.hpp lists the names.

#include <memory>
#include <utility>

#include "sslhost/export.hpp"
#include "sslhost/nn/module.hpp"

namespace sslhost {

/// A network: features, and a head that makes logits of them.
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
  /// Shares it; null is an empty handle.
  explicit Network(std::shared_ptr<Backbone> backbone) : backbone_(std::move(backbone)) {}
  /// [N,C,H,W] -> logits [N,K], float32 in every precision.
  Tensor operator()(const Tensor& images) const {
    const auto logits = backbone_->head(backbone_->features(images));
    return logits.scalar_type() == at::kBFloat16 ? logits.to(at::kFloat) : logits;
  }
  Backbone* operator->() const { return backbone_.get(); }            ///< null: empty
  Backbone& operator*() const { return *backbone_; }                  ///< not of an empty one
  const std::shared_ptr<Backbone>& ptr() const { return backbone_; }  ///< shared
  explicit operator bool() const { return backbone_ != nullptr; }     ///< not empty

 private:
  std::shared_ptr<Backbone> backbone_;
};

}  // namespace sslhost
