// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/cache.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <optional>
#include <span>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/statvfs.h>

#include <nettle/sha2.h>

#include "sslhost/error.hpp"

#include "datasets/images/cache_index.hpp"
#include "datasets/images/mapped_file.hpp"
#include "datasets/images/open_file.hpp"

namespace sslhost::images {

namespace {

namespace fs = std::filesystem;

constexpr const char* kPixels = "pixels";
constexpr const char* kIndex = "index";

[[noreturn]] void fail(
    const fs::path& path, const std::string& found,
    const std::string& next = "make room or another place for it: SSLHOST_CACHE=FOLDER") {
  throw Error(ExitCode::storage, {path.string(), "decoded pictures to be kept there", found, next});
}

/// open(2).
OpenFile open_in_cache(const fs::path& path, int flags) try {
  return {path, flags};
} catch (const std::system_error& error) {
  fail(path, error.code().message());
}

/// Of everything that decides the pixels. A path counts, or two folders would share one entry whose
/// files differ in what no list tells.
std::string key_of(const std::vector<Picture>& pictures, const Preparation& preparation) {
  sha256_ctx hash;
  sha256_init(&hash);
  const auto add = [&](const std::string& text) {  // with its end
    sha256_update(&hash, text.size() + 1, reinterpret_cast<const uint8_t*>(text.c_str()));
  };
  add(kCacheVersion);
  add(std::to_string(preparation.side));
  add(std::to_string(static_cast<int>(preparation.fit)));
  if (preparation.channels == 1) add("gray");
  for (const auto& p : pictures) {
    add(fs::absolute(p.file).lexically_normal().string());
    add(std::to_string(p.bytes));
    add(std::to_string(p.modified));
  }
  std::array<uint8_t, 16> digest;  // its beginning
  sha256_digest(&hash, digest.size(), digest.data());
  std::string text;
  for (const auto byte : digest) {
    constexpr const char* kDigits = "0123456789abcdef";
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

/// One writer at a time, across processes; the system opens it again when the process dies. `wait`
/// is called while another has it, and may throw.
class Lock {
 public:
  Lock(const fs::path& path, const std::function<void()>& wait)
      : file_(open_in_cache(path, O_RDWR | O_CREAT)) {
    while (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK && errno != EINTR) fail(path, std::strerror(errno));
      wait();
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }

 private:
  OpenFile file_;
};

/// Removes an unfinished entry, whatever way its making ended.
class Unfinished {
 public:
  explicit Unfinished(fs::path path) : path_(std::move(path)) {
    std::error_code error;
    fs::remove_all(path_, error);  // of a process that was killed: the lock is ours
    if (!fs::create_directory(path_, error)) fail(path_, error ? error.message() : "a file");
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::optional<Prepared> stored(const fs::path& entry, size_t pictures, const Preparation& p) {
  std::ifstream file(entry / kIndex, std::ios::binary);
  auto index = read_index(file, pictures);
  if (!index) return std::nullopt;
  const auto bytes =
      static_cast<uintmax_t>(pictures - index->bad.size()) * static_cast<uintmax_t>(p.bytes());
  std::error_code error;
  if (fs::file_size(entry / kPixels, error) != bytes || error) return std::nullopt;
  fs::last_write_time(entry / kIndex, fs::file_time_type::clock::now(), error);  // its last use
  try {
    return Prepared{map_file(entry / kPixels, bytes), std::move(index->bad), index->depth};
  } catch (const std::system_error&) {  // removed at this moment, by `sslhost cache`
    return std::nullopt;
  }
}

/// Of one that could not be read that time, by another look: it may be there now.
bool is_still_bad(const BadPicture& bad, const std::vector<Picture>& pictures,
                  const Preparation& p) {
  if (!bad.passing) return true;
  try {
    prepare(pictures[bad.index], p);
    return false;
  } catch (const BadImage&) {
    return true;
  }
}

std::optional<Prepared> lasting(const fs::path& entry, const std::vector<Picture>& pictures,
                                const Preparation& p) {
  auto found = stored(entry, pictures.size(), p);
  const auto still_bad = [&](const BadPicture& bad) { return is_still_bad(bad, pictures, p); };
  if (found && !std::ranges::all_of(found->bad, still_bad)) return std::nullopt;
  return found;
}

void require_space(const fs::path& folder, uintmax_t bytes) {
  struct statvfs disk = {};
  if (::statvfs(folder.c_str(), &disk) != 0) return;
  const uintmax_t free = uintmax_t{disk.f_bavail} * disk.f_frsize;
  if (free < bytes)
    fail(folder, std::to_string((bytes >> 20) + 1) + " MB are needed, " +
                     std::to_string(free >> 20) + " MB are free");
}

void make(const fs::path& entry, const std::vector<Picture>& pictures, const Preparation& p,
          const Progress& progress) {
  require_space(entry.parent_path(), pictures.size() * static_cast<uintmax_t>(p.bytes()));
  const Unfinished folder(entry.string() + ".unfinished");
  const auto pixels = folder.path() / kPixels, index = folder.path() / kIndex;
  try {
    const auto file = open_in_cache(pixels, O_RDWR | O_CREAT | O_EXCL);
    const auto outcome = prepare_all(pictures, p, file, progress);
    file.sync();
    const auto text = index_text(pictures.size(), outcome);
    const auto list = open_in_cache(index, O_WRONLY | O_CREAT | O_EXCL);
    list.write_at(0, std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
    list.sync();
  } catch (const std::system_error& error) {
    fail(pixels, error.code().message());
  }
  std::error_code error;
  fs::remove_all(entry, error);  // a damaged one
  fs::rename(folder.path(), entry, error);
  if (error) fail(entry, error.message());
}

}  // namespace

Prepared prepared(const std::vector<Picture>& pictures, const Preparation& preparation,
                  const fs::path& cache, const Progress& progress) {
  std::error_code error;
  fs::create_directories(cache, error);
  if (error) fail(cache, error.message());
  const auto entry = cache / key_of(pictures, preparation);
  if (auto found = lasting(entry, pictures, preparation)) return std::move(*found);
  const Lock lock(entry.string() + ".lock",
                  [&] { progress(0, static_cast<int64_t>(pictures.size())); });
  // Another process may have been at it.
  if (auto found = lasting(entry, pictures, preparation)) return std::move(*found);
  make(entry, pictures, preparation, progress);
  if (auto found = stored(entry, pictures.size(), preparation)) return std::move(*found);
  fail(entry, "what was just written cannot be read", "report this with the folder's content");
}

}  // namespace sslhost::images
