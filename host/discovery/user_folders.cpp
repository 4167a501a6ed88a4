// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/user_folders.hpp"

#include <cstdlib>

namespace sslhost::host {

namespace fs = std::filesystem;

namespace {

/// An absolute path in the environment; empty otherwise.
fs::path from_environment(const char* name) {
  const char* text = std::getenv(name);
  fs::path path = text == nullptr ? "" : text;
  return path.is_absolute() ? path : fs::path();
}

fs::path below(const char* variable, const char* below_home) {
  if (const auto named = from_environment(variable); !named.empty()) return named / "sslhost";
  const auto home = from_environment("HOME");
  return home.empty() ? fs::path() : home / below_home / "sslhost";
}

}  // namespace

fs::path program_folder() {
  std::error_code ignored;
  return fs::read_symlink("/proc/self/exe", ignored).parent_path();
}

fs::path user_data_folder() { return below("XDG_DATA_HOME", ".local/share"); }

fs::path user_datasets_folder() {
  if (const auto own = from_environment("SSLHOST_DATA_HOME"); !own.empty()) return own;
  const auto data = user_data_folder();
  return data.empty() ? data : data / "data";
}

fs::path user_cache_folder() {
  const auto own = from_environment("SSLHOST_CACHE");
  return own.empty() ? below("XDG_CACHE_HOME", ".cache") : own;
}

}  // namespace sslhost::host
