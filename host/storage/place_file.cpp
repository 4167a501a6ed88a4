// SPDX-License-Identifier: Apache-2.0
#include "host/storage/place_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sslhost/error.hpp"

#include "host/storage/copied_file.hpp"
#include "host/storage/each_piece.hpp"

namespace sslhost::host {

namespace {

namespace fs = std::filesystem;

/// Puts a file to exactly this path; returns 0 or the error number, EEXIST where there is one.
using Put = std::function<int(const fs::path&)>;

bool is_same_file(const fs::path& a, const fs::path& b) {
  struct stat first = {}, second = {};
  return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 &&
         first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

bool has_same_bytes(const fs::path& a, const fs::path& b) try {
  std::error_code error;
  if (!fs::is_regular_file(a, error) || !fs::is_regular_file(b, error)) return false;
  if (fs::file_size(a, error) != fs::file_size(b, error) || error) return false;
  const auto first = open_file(a, O_RDONLY, "to read the file");
  const auto second = open_file(b, O_RDONLY, "to read the file");
  std::vector<std::byte> other;
  return each_piece(first, a, [&](std::int64_t at, Bytes piece) {
    other.resize(piece.size());
    read_at(second, b, at, other);
    return std::ranges::equal(piece, other);
  });
} catch (const Error&) {
  return false;  // one that cannot be read is another one
}

/// Under the first name in the folder that is free, or that the same file has.
Place put_into(const fs::path& file, const fs::path& folder, const Put& put) {
  constexpr int kMost = 10000;
  const auto name = file.filename().string();
  for (int number = 1; number <= kMost; ++number) {
    const auto path = folder / (number == 1 ? name : numbered_name(name, number));
    const int error = put(path);
    if (error == 0) return {path};
    if (error != EEXIST) throw_storage(path, "to put " + file.string() + " there", error);
    if (is_same_file(file, path) || has_same_bytes(file, path)) return {path, true};
  }
  throw_storage(folder / name, "a name that is free", EEXIST);
}

/// A rename that replaces nothing. File systems that have neither that nor hard links (FAT) are
/// asked first whether the name is free.
int rename_new(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  if (::link(from.c_str(), to.c_str()) == 0) return ::unlink(from.c_str()) == 0 ? 0 : errno;
  if (errno == EEXIST || errno == EXDEV) return errno;
  struct stat status = {};
  if (::lstat(to.c_str(), &status) == 0) return EEXIST;
  return std::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

/// The same, but over a link to the very file: who looked first with links moves there next.
int rename_to(const fs::path& from, const fs::path& to, const fs::path& file) {
  const int error = rename_new(from, to);
  std::error_code ignored;
  if (error != EEXIST || !fs::is_symlink(to, ignored) || !is_same_file(to, file)) return error;
  return std::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

void remove_moved(const fs::path& file) {
  if (::unlink(file.c_str()) != 0)
    throw_storage(file, "to remove the file, which was copied", errno);
}

Place move_across(const fs::path& file, const fs::path& folder) {
  CopiedFile copy(file, folder);
  auto place = put_into(file, folder,
                        [&](const fs::path& path) { return rename_to(copy.path(), path, file); });
  if (place.was_there) return place;
  copy.keep();
  if (const int error = sync_folder(folder); error != 0)
    throw_storage(folder, "to keep the copy of " + file.string(), error);
  copy.require_same_original();
  remove_moved(file);
  return place;
}

}  // namespace

std::string numbered_name(const std::string& name, int number) {
  constexpr size_t kMost = 255;  // bytes, on the file systems that there are
  const auto dot = name.rfind('.');
  const bool has_ending = dot != std::string::npos && dot > 0;
  const auto ending =
      " (" + std::to_string(number) + ")" + (has_ending ? name.substr(dot) : std::string());
  auto stem = has_ending ? name.substr(0, dot) : name;
  if (ending.size() < kMost && stem.size() + ending.size() > kMost) {
    stem.resize(kMost - ending.size() + 1);
    // Not in the middle of a letter of UTF-8.
    while (stem.size() > 1 && (static_cast<unsigned char>(stem.back()) & 0xC0) == 0x80)
      stem.pop_back();
    stem.pop_back();
  }
  return stem + ending;
}

Place link_into(const fs::path& file, const fs::path& folder) {
  std::error_code error;
  const auto target = fs::canonical(file, error);
  if (error) throw_storage(file, "a file to link to", error.value());
  return put_into(file, folder, [&](const fs::path& path) {
    return ::symlink(target.c_str(), path.c_str()) == 0 ? 0 : errno;
  });
}

Place copy_into(const fs::path& file, const fs::path& folder) {
  std::error_code error;
  const auto real = fs::canonical(file, error);
  if (error) throw_storage(file, "a file to copy", error.value());
  CopiedFile copy(real, folder);
  auto place =
      put_into(file, folder, [&](const fs::path& path) { return rename_new(copy.path(), path); });
  if (!place.was_there) copy.keep();
  return place;
}

Place move_into(const fs::path& file, const fs::path& folder) {
  struct stat status = {};
  if (::lstat(file.c_str(), &status) != 0) throw_storage(file, "a file to move", errno);
  if (S_ISLNK(status.st_mode)) {
    auto place = link_into(file, folder);
    if (!place.was_there) remove_moved(file);
    return place;
  }
  bool across = false;
  auto place = put_into(file, folder, [&](const fs::path& path) {
    const int error = rename_to(file, path, file);
    across = error == EXDEV;
    return across ? 0 : error;
  });
  return across ? move_across(file, folder) : place;
}

}  // namespace sslhost::host
