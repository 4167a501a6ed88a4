// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/folder_of_images.hpp"

#include <array>
#include <cstdint>
#include <fstream>
#include <span>

#include "datasets/images/format.hpp"

namespace sslhost::images {

namespace {

namespace fs = std::filesystem;

constexpr const char* kLockOfARun = ".sslhost.lock";  // host/run/folder_lock.hpp

}  // namespace

bool is_image_file(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return false;  // a pipe would be waited for
  std::array<uint8_t, 64> bytes = {};
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(bytes.data()), bytes.size());
  return format_of(std::span(bytes).first(static_cast<size_t>(file.gcount()))) != Format::none;
}

bool is_folder_of_images(const fs::path& path) {
  constexpr int kMostEntries = 2000, kDeepest = 3;
  std::error_code error, ignored;
  if (!fs::is_directory(path, error)) return false;
  constexpr auto kHow = fs::directory_options::skip_permission_denied |
                        fs::directory_options::follow_directory_symlink;
  fs::recursive_directory_iterator entry(path, kHow, error);
  for (int seen = 0; !error && entry != fs::end(entry) && seen < kMostEntries; ++seen) {
    // Runs have pictures too, of data that may be none.
    if (entry.depth() >= kDeepest || fs::exists(entry->path() / kLockOfARun, ignored))
      entry.disable_recursion_pending();
    if (entry->is_regular_file(error) && !error && is_image_file(entry->path())) return true;
    entry.increment(error);
  }
  return false;
}

}  // namespace sslhost::images
