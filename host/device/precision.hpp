// SPDX-License-Identifier: Apache-2.0
#pragma once

// Numbers that products (linear layers, convolutions) take in training: whole float32, or fewer
// digits for speed. Weights, losses, statistics and updates are float32 in each.

#include <string>

#include <c10/core/Device.h>

#include "sslhost/phase.hpp"

namespace sslhost::host {

/// fp32, tf32 or bf16. Throws Error (usage) for another name, and for one that the device has not.
Precision choose_precision(const std::string& name, c10::Device device);
/// What a processor has for products of bf16 numbers.
struct Bf16Products {
  bool avx512 = false, amx = false;  // instructions
  bool intel = false;                // who made it

  static Bf16Products here();
};

/// What to tell a user of a processor that is slower with that precision; or empty.
std::string slow_precision(Precision precision, c10::Device device,
                           const Bf16Products& products = Bf16Products::here());

/// While it lives, products that this thread asks for take numbers of that precision.
class ReducedProducts {
 public:
  ReducedProducts(Precision precision, c10::Device device);
  ~ReducedProducts();
  ReducedProducts(const ReducedProducts&) = delete;
  ReducedProducts& operator=(const ReducedProducts&) = delete;
  /// After an update: weights that were cast for products are kept, and are other ones now.
  static void forget_weights(Precision precision);

 private:
  c10::DeviceType autocast_;  // CPU where none was begun
  bool on_;
};

}  // namespace sslhost::host
