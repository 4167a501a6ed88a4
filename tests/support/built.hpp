// SPDX-License-Identifier: Apache-2.0
#pragma once

// Files of the build folder that tests use; ctest says where that is.

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace sslhost::testing {

inline std::filesystem::path built(const std::string& name) {
  const char* folder = std::getenv("SSLHOST_BINARY_DIR");
  if (folder == nullptr)
    throw std::runtime_error("SSLHOST_BINARY_DIR is not set: run this test with ctest");
  return std::filesystem::path(folder) / name;
}

/// One of the plugins of tests/bad_plugins.
inline std::filesystem::path bad_plugin(const std::string& name) {
  return built("tests/bad_plugins") / (name + ".so");
}

}  // namespace sslhost::testing
