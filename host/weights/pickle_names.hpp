// SPDX-License-Identifier: Apache-2.0
#pragma once

// The names that a pickle may have Python import: those of which torch.save() makes a state dict.
// None of them is looked up or run here; each stands for a few lines of pickle_calls.cpp.

#include <string_view>

namespace sslhost::host {

struct KnownName {
  enum class Role { dict, tensor, parameter, storage, size, device, type };

  std::string_view name;
  Role role;
  std::string_view type = {};  ///< of a storage, as safetensors calls it, or one it does not hold
};

/// None: null.
const KnownName* known_name(std::string_view module, std::string_view name);

}  // namespace sslhost::host
