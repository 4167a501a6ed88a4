// SPDX-License-Identifier: Apache-2.0
#pragma once

// Weights that somebody else trained: files of safetensors, in the user's folder of models or
// anywhere.

#include <filesystem>
#include <optional>
#include <string>

#include "sslhost/types.hpp"

namespace sslhost::host {

struct Pretrained {
  std::string network;   ///< as --model names it
  std::string checksum;  ///< SHA-256 of the file, hexadecimal
  std::filesystem::path file;
  NamedTensors tensors;  ///< float32, on the CPU; all that the file holds
};

/// ${XDG_DATA_HOME:-~/.local/share}/sslhost/models, where `sslhost models` keeps them. Empty when
/// there is no home folder.
std::filesystem::path models_folder();

/// The file that would hold the weights of that name; nothing where there is none.
std::optional<std::filesystem::path> weights_named(const std::string& name);

/// What photos are encoded with where nobody says otherwise.
constexpr const char* kUsualEncoder = "efficientnet-lite0";
constexpr const char* kAddUsualEncoder = "sslhost models add efficientnet-lite0";

/// `name_or_file`: a name of `sslhost models`, or a file ending in .safetensors. Whose weights a
/// file holds is said in it, or told from its names and shapes. Throws Error: usage for a name that
/// is not here, storage for a file that is no network's, which is then `called` so, if not empty.
Pretrained load_pretrained(const std::string& name_or_file, const std::string& called = {});

}  // namespace sslhost::host
