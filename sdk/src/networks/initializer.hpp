// SPDX-License-Identifier: Apache-2.0
#pragma once

// Initial weights: each parameter is drawn by the network's seed and its own name.

#include <cstdint>
#include <string_view>

#include "sslhost/types.hpp"

namespace sslhost::networks {

class Initializer {
 public:
  explicit Initializer(uint64_t seed) : seed_(seed) {}

  /// Glorot & Bengio (2010), eq. 16: uniform ±√(6 / (in + out)), for linear and conv weights.
  void glorot_uniform(const Tensor& weight, std::string_view name) const;
  /// The same variance, normal.
  void glorot_normal(const Tensor& weight, std::string_view name) const;
  /// He et al. (2015), eq. 14: N(0, 2 / outputs of the kernel).
  void kaiming_normal(const Tensor& weight, std::string_view name) const;
  /// Uniform ±bound.
  void uniform(const Tensor& tensor, std::string_view name, double bound) const;
  void normal(const Tensor& tensor, std::string_view name, double mean, double std) const;
  static void zero(const Tensor& tensor) { tensor.detach().zero_(); }

 private:
  uint64_t key(std::string_view name) const;
  uint64_t seed_;
};

}  // namespace sslhost::networks
