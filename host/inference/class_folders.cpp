// SPDX-License-Identifier: Apache-2.0
#include "host/inference/class_folders.hpp"

#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "sslhost/error.hpp"

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

namespace {

namespace fs = std::filesystem;

/// A model may be anyone's: no name of a class leads out of the folder, or hides what is in it.
bool is_folder_name(const std::string& name) {
  constexpr size_t kMost = 255;  // bytes
  return !name.empty() && name.size() <= kMost && name[0] != '.' &&
         name.find('/') == std::string::npos && name.find('\0') == std::string::npos;
}

void require_writable(const fs::path& folder) {
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    throw_storage(folder, "a folder to put files into", errno);
}

void make(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error && !fs::is_directory(folder, error))
    error = std::make_error_code(std::errc::not_a_directory);
  if (error) throw_storage(folder, "a folder to put files into", error.value());
}

/// The folders to move to are in order; that of the file may be of a camera that is read-only.
void require_movable(const fs::path& file) {
  const auto folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    throw Error(ExitCode::storage,
                {folder.string(), "a folder out of which files may be moved", std::strerror(errno),
                 "give yourself the right to write to it, or leave the files there: --link DIR"});
}

}  // namespace

ClassFolders::ClassFolders(Sorting how, fs::path root, const std::vector<std::string>& classes)
    : how_(how), root_(std::move(root)) {
  for (const auto& name : classes)
    if (!is_folder_name(name))
      throw Error(
          ExitCode::usage,
          {how == Sorting::move ? "--move" : "--link",
           "classes whose names can be those of folders: no '/', no '.' in front, 255 bytes "
           "at most",
           "class '" + name + "'", "leave it out, and use what is printed"});
  make(root_);
  require_writable(root_);
  std::error_code ignored;
  for (const auto& name : classes) {
    const auto folder = root_ / name;
    if (!fs::exists(fs::symlink_status(folder, ignored))) continue;  // made for its first file
    make(folder);
    require_writable(folder);
  }
}

Place ClassFolders::place(const std::string& file, const std::string& class_name) {
  const auto folder = root_ / class_name;
  if (how_ == Sorting::move) require_movable(file);
  make(folder);
  auto place = how_ == Sorting::move ? move_into(file, folder) : link_into(file, folder);
  ++(place.was_there ? were_there_ : placed_);
  return place;
}

}  // namespace sslhost::host
