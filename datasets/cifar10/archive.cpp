// SPDX-License-Identifier: Apache-2.0
#include "datasets/cifar10/archive.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <filesystem>
#include <memory>
#include <new>
#include <set>
#include <utility>

#include <archive.h>
#include <archive_entry.h>

#include "sslhost/error.hpp"

namespace sslhost::cifar10 {

namespace {

namespace fs = std::filesystem;

constexpr size_t kMostEntries = 1000;
constexpr size_t kMostPadding = 1 << 20;

[[noreturn]] void fail(std::string where, std::string expected, std::string found,
                       std::string next = "download the archive again") {
  throw Error(ExitCode::data,
              {std::move(where), std::move(expected), std::move(found), std::move(next)});
}

/// libarchive over a ByteReader. It sees unpacked bytes: zlib checks a gzip stream's sums, which
/// libarchive's own filter does not.
class Tar {
 public:
  explicit Tar(idx::ByteReader& in) : in_(in), archive_(archive_read_new()) {
    if (!archive_) throw std::bad_alloc();
    archive_read_support_format_tar(archive_.get());
    check(archive_read_open(archive_.get(), this, nullptr, &Tar::refill, nullptr));
  }

  /// Null at the end.
  archive_entry* next() {
    archive_entry* entry = nullptr;
    return check(archive_read_next_header(archive_.get(), &entry)) == ARCHIVE_EOF ? nullptr : entry;
  }

  /// What is left of the entry, `most` + 1 bytes at most.
  std::vector<uint8_t> read(size_t most) {
    constexpr size_t kPiece = 1 << 20;
    std::vector<uint8_t> bytes;
    size_t have = 0;
    while (have <= most) {
      bytes.resize(std::min(most + 1, have + kPiece));
      const auto got = archive_read_data(archive_.get(), bytes.data() + have, bytes.size() - have);
      if (got < 0) check(static_cast<int>(got));
      if (got <= 0) break;
      have += static_cast<size_t>(got);
    }
    bytes.resize(have);
    return bytes;
  }

  /// "file.tar.gz, byte 512 unpacked": where the header of the current entry is.
  std::string place() const {
    return in_.place(static_cast<uint64_t>(
        std::max<la_int64_t>(0, archive_read_header_position(archive_.get()))));
  }

 private:
  struct Free {
    void operator()(archive* a) const { archive_read_free(a); }
  };

  /// An exception must not pass through C: it waits for check().
  static la_ssize_t refill(archive* a, void* self, const void** buffer) {
    auto& tar = *static_cast<Tar*>(self);
    *buffer = tar.block_.data();
    try {
      return static_cast<la_ssize_t>(tar.in_.read(tar.block_));
    } catch (...) {
      tar.thrown_ = std::current_exception();
      archive_set_error(a, EIO, "unreadable");
      return -1;
    }
  }

  int check(int status) {
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    if (status == ARCHIVE_OK || status == ARCHIVE_EOF || status == ARCHIVE_WARN) return status;
    const char* const why = archive_error_string(archive_.get());
    fail(place(), "a tar archive, plain or gzip: cifar-10-binary.tar.gz",
         why ? why : "something else",
         "download the archive again, or unpack it and pass the folder");
  }

  idx::ByteReader& in_;
  std::exception_ptr thrown_;
  std::array<uint8_t, 20 * 512> block_;  // tar's own record size
  std::unique_ptr<archive, Free> archive_;
};

/// The path without "." parts; fails where it leads out of the archive.
fs::path checked_path(const Tar& tar, archive_entry* entry) {
  const char* const text = archive_entry_pathname(entry);
  if (!text) fail(tar.place(), "an entry with a name", "none that can be read");
  fs::path whole;
  for (const auto& step : fs::path(text)) {
    if (step == ".." || step.is_absolute())
      fail(tar.place(), "entries inside the archive's own folder", std::string("entry ") + text,
           "do not use this archive: it was made to write elsewhere");
    if (step != "." && !step.empty()) whole /= step;
  }
  return whole;
}

/// tar pads with zeros. Reading them also has zlib check the sum at the end of a gzip stream.
void read_padding(idx::ByteReader& in) {
  std::array<uint8_t, 4096> block;
  size_t all = 0;
  while (const size_t got = in.read(block)) {
    const auto end = block.begin() + static_cast<std::ptrdiff_t>(got);
    const bool zeros = std::all_of(block.begin(), end, [](uint8_t byte) { return byte == 0; });
    if (!zeros || (all += got) > kMostPadding)
      fail(in.place(in.offset() - got), "the end of the archive", "more bytes");
  }
}

}  // namespace

std::map<std::string, std::vector<uint8_t>> extract(idx::ByteReader& in, const std::string& folder,
                                                    std::span<const Wanted> wanted) {
  Tar tar(in);
  std::map<std::string, std::vector<uint8_t>> files;
  std::set<fs::path> seen;
  size_t count = 0;
  while (auto* const entry = tar.next()) {
    const auto path = checked_path(tar, entry);
    if (++count > kMostEntries)
      fail(tar.place(), "at most " + std::to_string(kMostEntries) + " entries", "more");
    if (archive_entry_filetype(entry) != AE_IFDIR && !seen.insert(path).second)
      fail(tar.place(), "every entry once", "entry " + path.string() + " again");
    const auto file = std::ranges::find(wanted, path.filename().string(), &Wanted::name);
    const auto parent = path.parent_path();
    if (file == wanted.end() || (!parent.empty() && parent != folder)) continue;
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry))
      fail(tar.place(), "a file", "entry " + path.string() + ", a link or folder");
    if (files.contains(file->name))
      fail(tar.place(), "every file once", "entry " + path.string() + ", found before elsewhere");
    files[file->name] = tar.read(file->most);
  }
  read_padding(in);
  return files;
}

}  // namespace sslhost::cifar10
