// SPDX-License-Identifier: Apache-2.0
#pragma once

// Networks in two halves, so that methods can use features, and the layers whose behaviour sslhost
// guarantees: linear layers on the faster of LibTorch's two CPU paths, and noise layers whose draws
// depend on the step alone.
// `--model NAME` chooses the network for every method alike; model.hpp lists the names.

#include <memory>
#include <string>
#include <utility>

#include <torch/nn/module.h>

#include "sslhost/export.hpp"
#include "sslhost/types.hpp"

namespace sslhost {

class SSLHOST_API Backbone : public torch::nn::Module {
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

/// y = x wᵀ + b with x [N,I], w [O,I], b [O] or undefined. On CPUs where LibTorch's BLAS is slow
/// the product and both gradients are our own; gradients that are not needed are not computed.
SSLHOST_API Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias);
/// "blas" or "avx512" (our own): chosen by processor, or by SSLHOST_LINEAR; recorded with every
/// run.
SSLHOST_API const char* linear_path();

/// torch.nn.Linear's parameters `weight` [O,I] and `bias` [O], initialised as there (uniform
/// ±1/√I).
class SSLHOST_API Linear : public torch::nn::Module {
 public:
  Linear(int64_t in, int64_t out, bool with_bias = true);
  Tensor forward(const Tensor& x) const { return linear(x, weight, bias); }
  Tensor operator()(const Tensor& x) const { return forward(x); }
  Tensor weight, bias;
};

/// A layer that draws. Its name, given when the network is registered, and the step decide what it
/// draws; see noise.hpp.
class SSLHOST_API NoiseLayer : public torch::nn::Module {
 public:
  /// Whether two training passes over the same input differ.
  virtual bool draws() const { return true; }
  uint64_t name_key = 0;
};

/// In training: each element is zero with probability `p`, else divided by 1 − p. 0 <= p < 1.
class SSLHOST_API Dropout : public NoiseLayer {
 public:
  explicit Dropout(double p);
  bool draws() const override { return p > 0; }
  Tensor forward(const Tensor& x) const;
  Tensor operator()(const Tensor& x) const { return forward(x); }
  const double p;
};

/// In training: adds N(0, deviation²) to each element. deviation >= 0.
class SSLHOST_API GaussianNoise : public NoiseLayer {
 public:
  explicit GaussianNoise(double deviation);
  bool draws() const override { return deviation > 0; }
  Tensor forward(const Tensor& x) const;
  Tensor operator()(const Tensor& x) const { return forward(x); }
  const double deviation;
};

}  // namespace sslhost
