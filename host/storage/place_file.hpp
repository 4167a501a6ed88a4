// SPDX-License-Identifier: Apache-2.0
#pragma once

// A user's file into another folder, moved, linked or copied, never over one that is there. At
// every moment the file is whole in one of the two places at least, whenever the process is killed.

#include <filesystem>
#include <string>

namespace sslhost::host {

struct Place {
  std::filesystem::path path;
  bool was_there = false;  ///< the same file, or one of the same bytes: nothing was done
};

/// Renames it, across file systems by a copy under a temporary name. A name that another file has
/// becomes "name (2).jpg"; one of a link to this very file is taken. A link becomes one to the same
/// file by its absolute path. Throws Error (storage); the file is where it was then.
Place move_into(const std::filesystem::path& file, const std::filesystem::path& folder);

/// A symbolic link to the file's absolute path without links; names as above.
Place link_into(const std::filesystem::path& file, const std::filesystem::path& folder);

/// Of a link, a copy of its file. The copy has its name once its bytes are on the disk; names as
/// above.
Place copy_into(const std::filesystem::path& file, const std::filesystem::path& folder);

/// "photo.jpg" -> "photo (2).jpg", with the name cut to 255 bytes before the number.
std::string numbered_name(const std::string& name, int number);

}  // namespace sslhost::host
