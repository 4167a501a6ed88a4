// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/folder_of_images.hpp"

#include <array>
#include <cstdint>
#include <fstream>
#include <span>

#include "datasets/images/candidates.hpp"
#include "datasets/images/format.hpp"
#include "datasets/images/tree.hpp"

namespace sslhost::images {

namespace fs = std::filesystem;

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
  std::error_code error;
  if (!fs::is_directory(path, error)) return false;
  constexpr auto kHow = fs::directory_options::skip_permission_denied |
                        fs::directory_options::follow_directory_symlink;
  fs::recursive_directory_iterator entry(path, kHow, error);
  for (int seen = 0; !error && entry != fs::end(entry) && seen < kMostEntries;) {
    // Runs have pictures too, of data that may be none.
    if (entry.depth() >= kDeepest || is_run(entry->path())) entry.disable_recursion_pending();
    const bool may_be = why_no_image(entry->path().filename().string()).empty();
    if (may_be && entry->is_regular_file(error) && !error && is_image_file(entry->path()))
      return true;
    seen += may_be;  // others, such as notes beside pictures, are not looked at
    entry.increment(error);
  }
  return false;
}

}  // namespace sslhost::images
