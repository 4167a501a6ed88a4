// SPDX-License-Identifier: Apache-2.0
#include "host/commands/front/cache_entries.hpp"

#include <algorithm>

#include <fcntl.h>
#include <sys/file.h>

#include "sslhost/error.hpp"

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

namespace fs = std::filesystem;

namespace {

constexpr const char* kUnfinished = ".unfinished";
constexpr const char* kIndex = "index";  // of decoded pictures, which each reader touches

/// Keys are hexadecimal: whatever else somebody put there is not ours.
bool is_key(const std::string& name) {
  return name.size() >= 16 && name.find_first_not_of("0123456789abcdef") == name.npos;
}

/// Before all others where it has gone meanwhile.
fs::file_time_type time_of(const fs::path& path) {
  std::error_code gone;
  const auto time = fs::last_write_time(path, gone);
  return gone ? fs::file_time_type::min() : time;
}

uint64_t bytes_in(const fs::path& folder) {
  uint64_t bytes = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    std::error_code gone;
    const auto size = entry.file_size(gone);
    if (!gone) bytes += size;
  }
  return bytes;
}

void add_images(const fs::path& folder, std::vector<CacheEntry>& all) {
  std::error_code none;
  for (const auto& found : fs::directory_iterator(folder, none)) {
    std::error_code ignored;
    const auto& path = found.path();
    const bool unfinished = path.extension() == kUnfinished;
    const auto key = unfinished ? path.stem().string() : path.filename().string();
    if (!is_key(key) || found.is_symlink(ignored) || !found.is_directory(ignored)) continue;
    all.push_back({.kind = CacheEntry::Kind::images,
                   .path = path,
                   .bytes = bytes_in(path),
                   .used = time_of(unfinished ? path : path / kIndex),
                   .unfinished = unfinished});
  }
}

void add_features(const fs::path& folder, std::vector<CacheEntry>& all) {
  std::error_code none;
  for (const auto& found : fs::directory_iterator(folder, none)) {
    std::error_code ignored, no_file;
    const auto& path = found.path();
    if (path.extension() != ".safetensors" || !is_key(path.stem().string()) ||
        found.is_symlink(ignored))
      continue;
    const auto bytes = found.file_size(no_file);
    if (no_file) continue;
    all.push_back(
        {.kind = CacheEntry::Kind::features, .path = path, .bytes = bytes, .used = time_of(path)});
  }
}

/// The lock under which an entry of pictures is made. Its file stays, or two programs could hold
/// locks of one name.
Descriptor makers_lock(const fs::path& entry) {
  const auto file = (entry.parent_path() / entry.stem()).string() + ".lock";
  return open_file(file, O_RDWR | O_CREAT | O_NOFOLLOW, "to lock an entry of the cache");
}

void remove_whole(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error)
    throw Error(ExitCode::storage, {path.string(), "an entry of the cache to be removed",
                                    error.message(), "give yourself the right to write there"});
}

}  // namespace

const char* to_text(CacheEntry::Kind kind) {
  return kind == CacheEntry::Kind::images ? "images" : "features";
}

std::vector<CacheEntry> cache_entries(const fs::path& cache) {
  std::vector<CacheEntry> all;
  add_images(cache / "images", all);
  add_features(cache / "features", all);
  std::ranges::sort(all, [](const CacheEntry& a, const CacheEntry& b) {
    return std::pair(a.used, a.path) < std::pair(b.used, b.path);
  });
  return all;
}

bool remove_entry(const CacheEntry& entry) {
  if (entry.kind == CacheEntry::Kind::features) {
    remove_whole(entry.path);
    return true;
  }
  const auto lock = makers_lock(entry.path);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return false;
  // The index goes first: without one it is no entry, however far the removal comes.
  if (!entry.unfinished) remove_whole(entry.path / kIndex);
  remove_whole(entry.path);
  return true;
}

}  // namespace sslhost::host
