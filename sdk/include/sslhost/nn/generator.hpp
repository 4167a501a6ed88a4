// SPDX-License-Identifier: Apache-2.0
#pragma once

// Networks that make images out of noise, for generative methods. `dcgan-28`, `dcgan-32`,
// `dcgan-64` and `dcgan-224`: transposed convolutions (Radford et al. 2016, arXiv:1511.06434v2);
// `mlp-A-B-...`: hidden layers of those widths, softplus and batch norm (Salimans et al. 2016,
// arXiv:1606.03498v1, section 5.1).

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sslhost/export.hpp"
#include "sslhost/nn/module.hpp"
#include "sslhost/phase.hpp"
#include "sslhost/types.hpp"

namespace sslhost {

/// A network that makes images out of noise.
class SSLHOST_API Generator : public Module {
 public:
  /// Noise [N,Z] -> images [N,C,H,W] in [0,1] (an mlp-... for features without pixels: any value).
  virtual Tensor forward(const Tensor& noise) = 0;
  Tensor operator()(const Tensor& noise) { return forward(noise); }  ///< forward(noise)
  virtual int64_t latent() const = 0;                                ///< Z
};

/// Patterns of the names that make_generator() knows.
SSLHOST_API std::vector<std::string> generator_names();

/// Throws Error (usage) for an unknown name and for a network that does not make the task's shape.
/// Initial weights are drawn from `seed` alone (Build::seed).
SSLHOST_API std::shared_ptr<Generator> make_generator(std::string_view name, const Task& task,
                                                      int64_t latent, uint64_t seed);

}  // namespace sslhost
