// SPDX-License-Identifier: Apache-2.0
#pragma once

// The networks behind --model. `mlp-A-B-...`: hidden layers of those widths, each Linear, batch
// norm, ReLU. `cnn-4x4`: conv 4×4×32, pool, conv 4×4×64, pool, FC 100, dropout; the small CNN of
// recipe vat/mnist-100-cnn.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sslhost/export.hpp"
#include "sslhost/nn.hpp"
#include "sslhost/phase.hpp"

namespace sslhost {

/// What a method may ask of --model; values below 0 leave the network's own default.
struct NetworkRequest {
  bool batch_norm = true;
  double dropout = -1;  ///< probability, [0, 1)
  double noise = 0;     ///< deviation of Gaussian noise at the input, >= 0
};

/// Patterns of the names that make_backbone() knows, for --help and error messages.
SSLHOST_API std::vector<std::string> model_names();

/// Throws Error (usage) for an unknown name and for a network that does not fit the task's shape.
/// Initial weights are drawn from `seed` alone.
SSLHOST_API std::shared_ptr<Backbone> make_backbone(std::string_view name, const Task& task,
                                                    const NetworkRequest& request, uint64_t seed);

}  // namespace sslhost
