// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a model file says of the data that it was trained on, before it is loaded.

#include <filesystem>
#include <string>

namespace sslhost::host {

struct ModelFacts {
  std::string reader;  ///< dataset plugin that left something to know in it; else empty
  double scale = 1;    ///< of stored values, as Dataset::scale
};

/// Throws Error (storage) where the file is no model.
ModelFacts model_facts(const std::filesystem::path& file);

}  // namespace sslhost::host
