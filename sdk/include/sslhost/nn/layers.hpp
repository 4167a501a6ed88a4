// SPDX-License-Identifier: Apache-2.0
#pragma once

// Layers whose behavior sslhost guarantees: linear layers on the faster of two CPU paths, and noise
// layers whose draws depend on the step alone. batch_norm.hpp, convolution.hpp and weight_norm.hpp
// have the others.

#include <cstdint>

#include "sslhost/export.hpp"
#include "sslhost/nn/module.hpp"

namespace sslhost {

/// y = x wᵀ + b with x [N,I], w [O,I], b [O] or undefined. On CPUs where LibTorch's BLAS is slow
/// the product and both gradients are our own (kernels.hpp); gradients that are not needed are not
/// computed.
SSLHOST_API Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias);

/// torch.nn.Linear's parameters `weight` [O,I] and `bias` [O], initialised as there (uniform
/// ±1/√I).
class SSLHOST_API Linear : public Module {
 public:
  Linear(int64_t in, int64_t out, bool with_bias = true);  ///< I and O numbers, initialized
  Tensor forward(const Tensor& x) const { return linear(x, weight, bias); }  ///< [N,I] -> [N,O]
  Tensor operator()(const Tensor& x) const { return forward(x); }            ///< forward(x)
  Tensor weight, bias;  ///< [O,I]; [O] or undefined
};

/// A layer that draws. Its name, given when the network is registered, and the step decide what it
/// draws; see noise.hpp.
class SSLHOST_API NoiseLayer : public Module {
 public:
  /// Whether two training passes over the same input differ.
  virtual bool draws() const { return true; }
  uint64_t name_key = 0;  ///< of its name, random::name_key(); the host's
};

/// In training: each element is zero with probability `p`, else divided by 1 − p. 0 <= p < 1.
class SSLHOST_API Dropout : public NoiseLayer {
 public:
  explicit Dropout(double p);  ///< throws c10::Error out of range
  bool draws() const override { return p > 0; }
  Tensor forward(const Tensor& x) const;                           ///< any shape, which is kept
  Tensor operator()(const Tensor& x) const { return forward(x); }  ///< forward(x)
  const double p;                                                  ///< probability of a zero
};

/// In training: adds N(0, std²) to each element. std >= 0.
class SSLHOST_API GaussianNoise : public NoiseLayer {
 public:
  explicit GaussianNoise(double std);  ///< throws c10::Error out of range
  bool draws() const override { return std > 0; }
  Tensor forward(const Tensor& x) const;                           ///< any shape, which is kept
  Tensor operator()(const Tensor& x) const { return forward(x); }  ///< forward(x)
  const double std;  ///< standard deviation, in units of x
};

}  // namespace sslhost
