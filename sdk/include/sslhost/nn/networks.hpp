// SPDX-License-Identifier: Apache-2.0
#pragma once

// The networks behind --model. `mlp-A-B-...`: hidden layers of those widths, each Linear, batch
// norm, ReLU; `mlp-wn-A-B-...`: weight norm and noise instead; `linear`: no hidden layer.
// `cnn-4x4`, `cnn-3x3[-dropout]`: the small ones of recipes vat/mnist-100-cnn and
// vat/mnist-full-cnn. docs/reference/networks.md has them all.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sslhost/export.hpp"
#include "sslhost/nn/backbone.hpp"
#include "sslhost/phase.hpp"

namespace sslhost {

/// What a method may ask of --model; values below 0 leave the network's own default.
struct NetworkRequest {
  bool batch_norm = true;  ///< false: none, or Error (usage)
  double dropout = -1;     ///< probability, [0, 1)
  double noise = -1;  ///< standard deviation of Gaussian noise at the input; mlp-wn-... has its own
  std::string model = {};  ///< in place of the user's, where the method is about one network
};

/// Patterns of the names that make_backbone() knows, for --help and error messages.
SSLHOST_API std::vector<std::string> model_names();

/// Throws Error (usage) for an unknown name and for a network that does not fit the task's shape.
/// Initial weights are drawn from `seed` alone.
SSLHOST_API std::shared_ptr<Backbone> make_backbone(std::string_view name, const Task& task,
                                                    const NetworkRequest& request, uint64_t seed);

/// The pictures that a network's published ImageNet weights expect: `side` pixels each way, and
/// values in [0,1] as (value − mean) / std, by channel (red, green, blue).
struct PretrainedInput {
  int64_t side = 0;              ///< pixels
  std::vector<float> mean, std;  ///< 3 values each
  std::string head;  ///< the module that head() is, by name: weights of another task do not fit it
};

/// nullopt for a network without published weights, and for an unknown name.
SSLHOST_API std::optional<PretrainedInput> pretrained_input(std::string_view name);

}  // namespace sslhost
