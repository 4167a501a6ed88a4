// SPDX-License-Identifier: Apache-2.0
#pragma once

// Batch norm over a batch with a leaky ReLU behind it, in one operator.

#include <optional>

#include "sslhost/types.hpp"

namespace sslhost::norms {

/// Whether the operator takes it, and is quicker than LibTorch's two.
bool is_taken(const Tensor& x, const Tensor& weight);

struct Settings {
  double momentum, epsilon, slope;
};

struct Result {
  Tensor y, mean, var;  ///< var: of the batch, divided by the count itself
};

/// With gradients of x, weight and bias. Running statistics, where given, move to the batch's, with
/// the unbiased variance.
Result batch_norm(const Tensor& x, const Tensor& weight, const Tensor& bias,
                  const std::optional<Tensor>& running_mean,
                  const std::optional<Tensor>& running_var, const Settings& settings);

}  // namespace sslhost::norms
