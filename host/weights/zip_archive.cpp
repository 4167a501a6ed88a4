// SPDX-License-Identifier: Apache-2.0
#include "host/weights/zip_archive.hpp"

#include <zip.h>

namespace sslhost::host {

namespace {

constexpr const char* kExpected = "a zip archive that can be read";

struct Close {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

std::string member_place(const std::string& name) { return "member " + shown(name); }

}  // namespace

void ZipArchive::Discard::operator()(zip* archive) const { zip_discard(archive); }

ZipArchive::ZipArchive(const WeightsSource& source) : source_(source) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* const bytes =
      zip_source_buffer_create(source.bytes.data(), source.bytes.size(), 0, &error);
  if (bytes != nullptr) archive_.reset(zip_open_from_source(bytes, ZIP_RDONLY, &error));
  const std::string why = zip_error_strerror(&error);
  if (!archive_) zip_source_free(bytes);  // an archive owns its source; null does no harm
  zip_error_fini(&error);
  if (!archive_) source_.fail("", kExpected, why);

  const auto count = static_cast<zip_uint64_t>(zip_get_num_entries(archive_.get(), 0));
  for (zip_uint64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    if (zip_stat_index(archive_.get(), i, ZIP_FL_ENC_RAW, &stat) != 0)
      source_.fail("member " + std::to_string(i), kExpected, zip_strerror(archive_.get()));
    const auto has = stat.valid & (ZIP_STAT_NAME | ZIP_STAT_SIZE);
    if (has != (ZIP_STAT_NAME | ZIP_STAT_SIZE))
      source_.fail("member " + std::to_string(i), "a name and a size", "neither or one");
    if (!members_.try_emplace(stat.name, Member{i, stat.size}).second)
      source_.fail(member_place(stat.name), "every member once", "a second one of that name");
  }
}

std::vector<std::byte> ZipArchive::read(const std::string& name, std::uint64_t most) const {
  const auto found = members_.find(name);
  if (found == members_.end()) source_.fail("", "a member " + shown(name), "none of that name");
  const Member member = found->second;
  if (member.size > most) {
    source_.fail(member_place(name), "at most " + std::to_string(most) + " bytes",
                 std::to_string(member.size));
  }
  const std::unique_ptr<zip_file_t, Close> file(zip_fopen_index(archive_.get(), member.index, 0));
  if (!file) source_.fail(member_place(name), kExpected, zip_strerror(archive_.get()));
  std::vector<std::byte> bytes(member.size);
  std::size_t have = 0;
  zip_int64_t got = 0;
  while (have < bytes.size() &&
         (got = zip_fread(file.get(), bytes.data() + have, bytes.size() - have)) > 0) {
    have += static_cast<std::size_t>(got);
  }
  // libzip compares the sum when it is asked for a byte behind the last one.
  std::byte behind;
  if (got >= 0 && have == bytes.size()) got = zip_fread(file.get(), &behind, 1);
  if (got < 0) source_.fail(member_place(name), kExpected, zip_file_strerror(file.get()));
  if (have != bytes.size() || got != 0) {
    source_.fail(member_place(name), std::to_string(bytes.size()) + " bytes",
                 have != bytes.size() ? std::to_string(have) : "more");
  }
  return bytes;
}

}  // namespace sslhost::host
