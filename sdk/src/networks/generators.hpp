// SPDX-License-Identifier: Apache-2.0
#pragma once

// The families behind make_generator().

#include <memory>
#include <string_view>

#include "sslhost/nn/generator.hpp"

namespace sslhost::networks {

struct WantedGenerator {
  std::string_view name;
  const Task& task;
  int64_t latent;
  uint64_t seed;
};

/// Null for a name that is not of the family.
std::shared_ptr<Generator> dcgan(const WantedGenerator& wanted);
std::shared_ptr<Generator> mlp_generator(const WantedGenerator& wanted);

}  // namespace sslhost::networks
