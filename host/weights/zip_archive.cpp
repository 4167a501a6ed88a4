// SPDX-License-Identifier: Apache-2.0
#include "host/weights/zip_archive.hpp"

#include <algorithm>
#include <cstring>

#include <minizip/unzip.h>

namespace sslhost::host {

namespace {

constexpr const char* kExpected = "a zip archive that can be read";

std::string member_place(const std::string& name) { return "member " + shown(name); }

/// What minizip reads from: a file's functions over bytes in memory.
struct Cursor {
  Bytes bytes;
  std::uint64_t at = 0;
};

uLong read_bytes(void*, void* stream, void* to, uLong size) {
  auto& cursor = *static_cast<Cursor*>(stream);
  const auto count = std::min<std::uint64_t>(size, cursor.bytes.size() - cursor.at);
  if (count != 0) std::memcpy(to, cursor.bytes.data() + cursor.at, count);
  cursor.at += count;
  return count;
}

long seek_bytes(void*, void* stream, ZPOS64_T offset, int origin) {
  auto& cursor = *static_cast<Cursor*>(stream);
  const std::uint64_t size = cursor.bytes.size();
  const std::uint64_t from = origin == ZLIB_FILEFUNC_SEEK_SET   ? 0
                             : origin == ZLIB_FILEFUNC_SEEK_CUR ? cursor.at
                                                                : size;
  if (offset > size - from) return -1;
  cursor.at = from + offset;
  return 0;
}

zlib_filefunc64_def reading_from(Cursor& cursor) {
  return {.zopen64_file = [](void* opaque, const void*, int) { return opaque; },
          .zread_file = read_bytes,
          .zwrite_file = [](void*, void*, const void*, uLong) -> uLong { return 0; },
          .ztell64_file = [](void*, void* stream) -> ZPOS64_T {
            return static_cast<Cursor*>(stream)->at;
          },
          .zseek64_file = seek_bytes,
          .zclose_file = [](void*, void*) { return 0; },
          .zerror_file = [](void*, void*) { return 0; },
          .opaque = &cursor};
}

/// Whether the record that ends an archive is there, to its end with its comment: minizip is
/// content with the beginning of one.
bool has_its_end(Bytes bytes) {
  constexpr std::size_t kRecord = 22, kLongestComment = UINT16_MAX;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned>(bytes[at]); };
  for (std::size_t comment = 0; comment <= kLongestComment; ++comment) {
    if (bytes.size() < kRecord + comment) return false;
    const auto at = bytes.size() - kRecord - comment;
    if (std::memcmp(bytes.data() + at, "PK\5\6", 4) == 0 &&
        byte(at + 20) + 256 * byte(at + 21) == comment)
      return true;
  }
  return false;
}

std::string words_for(int code) {
  switch (code) {
    case UNZ_CRCERROR:
      return "bytes whose sum is not the one that stands beside them";
    case UNZ_ERRNO:
      return "an end too early";
    case Z_DATA_ERROR:
      return "compressed bytes that cannot be unpacked";
    default:
      return "a damaged one";
  }
}

}  // namespace

struct ZipArchive::Library {
  explicit Library(Bytes bytes) : cursor{bytes} {
    auto functions = reading_from(cursor);
    archive = unzOpen2_64("", &functions);
  }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() {
    if (archive != nullptr) unzClose(archive);
  }

  Cursor cursor;
  unzFile archive = nullptr;
};

ZipArchive::ZipArchive(const WeightsSource& source)
    : source_(source), library_(std::make_unique<Library>(source.bytes)) {
  unz_global_info64 all;
  if (library_->archive == nullptr || unzGetGlobalInfo64(library_->archive, &all) != UNZ_OK ||
      !has_its_end(source.bytes))
    source_.fail("", kExpected, "no directory of one at its end");
  for (std::uint64_t i = 0; i < all.number_entry; ++i) {
    const int code =
        i == 0 ? unzGoToFirstFile(library_->archive) : unzGoToNextFile(library_->archive);
    if (code != UNZ_OK) source_.fail("member " + std::to_string(i), kExpected, words_for(code));
    add_member(i);
  }
}

ZipArchive::~ZipArchive() = default;

void ZipArchive::add_member(std::uint64_t index) {
  unz_file_info64 info;
  std::string name(UINT16_MAX, '\0');
  int code = unzGetCurrentFileInfo64(library_->archive, &info, name.data(), name.size(), nullptr, 0,
                                     nullptr, 0);
  unz64_file_pos place;
  if (code == UNZ_OK) code = unzGetFilePos64(library_->archive, &place);
  if (code != UNZ_OK) source_.fail("member " + std::to_string(index), kExpected, words_for(code));
  name.resize(info.size_filename);
  constexpr uLong kEncrypted = 1;
  if ((info.flag & kEncrypted) != 0)
    source_.fail(member_place(name), kExpected, "an encrypted member");
  // minizip would hand out the packed bytes of bzip2, and compare no sum.
  if (info.compression_method != 0 && info.compression_method != Z_DEFLATED)
    source_.fail(member_place(name), "stored or deflated bytes",
                 "method " + std::to_string(info.compression_method));
  const Member member{place.pos_in_zip_directory, place.num_of_file, info.uncompressed_size};
  if (!members_.try_emplace(name, member).second)
    source_.fail(member_place(name), "every member once", "a second one of that name");
}

std::vector<std::byte> ZipArchive::read(const std::string& name, std::uint64_t most) const {
  const auto found = members_.find(name);
  if (found == members_.end()) source_.fail("", "a member " + shown(name), "none of that name");
  const Member member = found->second;
  if (member.size > most) {
    source_.fail(member_place(name), "at most " + std::to_string(most) + " bytes",
                 std::to_string(member.size));
  }
  const auto require = [&](int code) {
    if (code < 0) source_.fail(member_place(name), kExpected, words_for(code));
    return static_cast<std::size_t>(code);
  };
  const unz64_file_pos place{member.entry, member.index};
  require(unzGoToFilePos64(library_->archive, &place));
  require(unzOpenCurrentFile(library_->archive));
  std::vector<std::byte> bytes(member.size);
  std::size_t have = 0;
  constexpr std::size_t kPiece = 1 << 30;
  while (have < bytes.size()) {
    const auto piece = static_cast<unsigned>(std::min(kPiece, bytes.size() - have));
    const auto got = require(unzReadCurrentFile(library_->archive, bytes.data() + have, piece));
    if (got == 0) break;
    have += got;
  }
  require(unzCloseCurrentFile(library_->archive));  // compares the sum
  if (have != bytes.size()) {
    source_.fail(member_place(name), std::to_string(bytes.size()) + " bytes", std::to_string(have));
  }
  return bytes;
}

}  // namespace sslhost::host
