// SPDX-License-Identifier: Apache-2.0
#include "sslhost/what_is_at.hpp"

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace sslhost {

namespace fs = std::filesystem;

namespace {

std::string words_of(const std::error_code& error) {
  if (error == std::errc::permission_denied) return "no permission to look there";
  if (error == std::errc::too_many_symbolic_link_levels) return "a link that leads to itself";
  return error.message();
}

/// What the system lets this user do, which the permission bits alone do not say.
bool can_list(const fs::path& folder) {
  std::error_code error;
  const fs::directory_iterator entries(folder, error);
  return !error;
}

}  // namespace

std::string what_is_at(const std::string& path) {
  std::error_code error, ignored;
  const auto status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    if (!fs::is_symlink(fs::symlink_status(path, ignored))) return "nothing there";
    return "a link to " + fs::read_symlink(path, ignored).string() + ", where there is nothing";
  }
  if (status.type() == fs::file_type::none) return words_of(error);
  if (status.type() == fs::file_type::directory)
    return can_list(path) ? "a folder" : "a folder without the permission to read it";
  return status.type() == fs::file_type::regular ? "a file" : "neither a file nor a folder";
}

}  // namespace sslhost
