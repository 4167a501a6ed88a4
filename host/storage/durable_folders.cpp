// SPDX-License-Identifier: Apache-2.0
#include "host/storage/durable_folders.hpp"

#include <cerrno>
#include <system_error>
#include <vector>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

namespace fs = std::filesystem;

bool make_durable_folders(const fs::path& path) {
  std::vector<fs::path> missing;  // the deepest first
  for (auto at = path; !at.empty() && !fs::exists(at); at = at.parent_path()) missing.push_back(at);
  const bool made = fs::create_directories(path);
  for (const auto& folder : missing) {
    const auto above = folder.parent_path();
    const int error = sync_folder(above);
    // EACCES: one may make folders there and not read it; nothing more can be done.
    if (error != 0 && error != EACCES)
      throw fs::filesystem_error("to keep the folder", above,
                                 std::error_code(error, std::generic_category()));
  }
  return made;
}

}  // namespace sslhost::host
