// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdlib>
#include <memory>

#include <archive.h>
#include <archive_entry.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "datasets/cifar10/source.hpp"
#include "tests/datasets/cifar10_bytes.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::cifar10 {
namespace {

namespace fs = std::filesystem;
using idx::error_of;
using idx::gzip;
using idx::write_file;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Set read_tar(const Buffer& bytes) { return read_archive(idx::ByteReader::memory("x.tar", bytes)); }

/// Everything of the small files, in the batches' order and not in the archive's.
void expect_small_set(const Set& set) {
  EXPECT_THAT(set.classes, ElementsAre("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"));
  EXPECT_THAT(set.train.labels, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(set.test.labels, ElementsAre(9));
  ASSERT_EQ(set.train.pixels.size(), 5 * kPixels);
  ASSERT_EQ(set.test.pixels.size(), kPixels);
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(set.train.pixels[i * kPixels], 10 * (i + 1));
  EXPECT_EQ(set.test.pixels.back(), 90);
}

void expect_refused(const std::vector<Buffer>& entries, const std::string& expected,
                    const std::string& found) {
  for (const bool packed : {false, true}) {
    const Buffer tar = tar_of(entries);
    const auto error = error_of([&] { read_tar(packed ? gzip(tar) : tar); });
    ASSERT_TRUE(error) << "accepted: " << found;
    EXPECT_EQ(error->code(), ExitCode::data);
    EXPECT_THAT(error->parts().where, HasSubstr("x.tar"));
    EXPECT_THAT(error->parts().expected, HasSubstr(expected));
    EXPECT_THAT(error->parts().found, HasSubstr(found));
    EXPECT_FALSE(error->parts().next.empty());
  }
}

std::vector<Buffer> with(std::vector<Buffer> entries, const Buffer& one_more) {
  entries.push_back(one_more);
  return entries;
}

TEST(Cifar10Archive, IsReadPlainAndPackedInAnyFolderItMayHave) {
  for (const char* folder : {"cifar-10-batches-bin/", "", "./cifar-10-batches-bin/", "./"}) {
    const Buffer tar = tar_of(small_entries(folder));
    expect_small_set(read_tar(tar));
    expect_small_set(read_tar(gzip(tar)));
  }
}

TEST(Cifar10Archive, FilesOfOtherFoldersAreNotTaken) {
  expect_small_set(
      read_tar(tar_of(with(small_entries(), tar_entry("old/test_batch.bin", batch_bytes({1}))))));
  expect_refused(small_entries("elsewhere/"), "data_batch_1.bin", "no such entry");
}

TEST(Cifar10Archive, PathsThatLeaveItAreRefusedWhateverTheyAreFor) {
  for (const char* path : {"/etc/passwd", "../x", "cifar-10-batches-bin/../../x", "a/..", "..",
                           "/cifar-10-batches-bin/test_batch.bin"})
    expect_refused(with(small_entries(), tar_entry(path, {1})), "inside the archive's own folder",
                   path);
}

TEST(Cifar10Archive, EntriesThatComeTwiceAreRefused) {
  const auto batch = batch_bytes({1});
  expect_refused(with(small_entries(), tar_entry("cifar-10-batches-bin/test_batch.bin", batch)),
                 "once", "test_batch.bin again");
  expect_refused(with(small_entries(), tar_entry("cifar-10-batches-bin/./test_batch.bin", batch)),
                 "once", "test_batch.bin again");
  expect_refused(with(small_entries(), tar_entry("test_batch.bin", batch)), "once",
                 "found before elsewhere");
  expect_refused(with(small_entries(), tar_entry("cifar-10-batches-bin/readme.html", {})), "once",
                 "readme.html again");
}

TEST(Cifar10Archive, ALinkInAFilesPlaceIsRefused) {
  for (const char type : {'1', '2', '5'}) {
    auto entries = small_entries("");
    entries[0] = tar_entry("data_batch_1.bin", {}, type);
    expect_refused(entries, "a file", "data_batch_1.bin, a link or folder");
  }
}

TEST(Cifar10Archive, AMissingBatchIsNamed) {
  for (size_t i = 0; i < 7; ++i) {
    auto entries = small_entries("");
    const auto name = small_files()[i].first;
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(i));
    if (name == "batches.meta.txt")
      EXPECT_EQ(read_tar(tar_of(entries)).classes, official_names());
    else
      expect_refused(entries, name, "no such entry");
  }
}

TEST(Cifar10Archive, WhatIsWrongInABatchIsNamedWithItsEntry) {
  auto entries = small_entries("");
  entries[0] = tar_entry("data_batch_1.bin", batch_bytes({3, 10}));
  const auto error = error_of([&] { read_tar(tar_of(entries)); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->parts().where, "x.tar, entry data_batch_1.bin, byte 3073");
  EXPECT_EQ(error->parts().found, "10");
}

TEST(Cifar10Archive, TooManyEntriesAndBytesAreRefused) {
  std::vector<Buffer> many;
  for (int i = 0; i < 1001; ++i) many.push_back(tar_entry("f" + std::to_string(i), {}));
  expect_refused(many, "at most 1000 entries", "more");
  const Buffer bomb(64 << 20);
  auto entries = small_entries("");
  entries[0] = tar_entry("data_batch_1.bin", bomb);
  expect_refused(entries, "at most 10000 records", "more bytes");
}

TEST(Cifar10Archive, BytesAfterItsEndAreRefused) {
  Buffer tar = tar_of(small_entries());
  tar.resize(tar.size() + 10'240);
  expect_small_set(read_tar(tar));
  tar.back() = 1;
  EXPECT_TRUE(error_of([&] { read_tar(tar); }));
  tar.assign(tar.begin(), tar.end() - 10'240);
  tar.resize(tar.size() + (2 << 20));
  EXPECT_TRUE(error_of([&] { read_tar(tar); })) << "endless padding";
}

TEST(Cifar10Archive, CutAnywhereItIsRefusedOrWhole) {
  const Buffer tar = tar_of(small_entries()), packed = gzip(tar);
  for (size_t size = 0; size < packed.size(); ++size)
    EXPECT_TRUE(error_of([&] {
      read_tar(Buffer(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(size)));
    })) << size;
  // A plain one may lose its padding and the unused last entry's.
  for (size_t size = 0; size < tar.size(); size += 97) {
    const Buffer cut(tar.begin(), tar.begin() + static_cast<std::ptrdiff_t>(size));
    Set set;
    if (const auto error = error_of([&] { set = read_tar(cut); }))
      EXPECT_EQ(error->code(), ExitCode::data) << size;
    else
      expect_small_set(set);
  }
}

TEST(Cifar10Archive, AnyByteFlippedInAPackedOneIsNoticed) {
  const Buffer packed = gzip(tar_of(small_entries()));
  for (size_t i = 10; i < packed.size(); ++i) {  // the 10 bytes before are names, times and flags
    Buffer bad = packed;
    bad[i] ^= 0x55;
    EXPECT_TRUE(error_of([&] { read_tar(bad); })) << i;
  }
}

TEST(Cifar10Archive, AnyByteFlippedInAHeaderIsRefusedOrWithoutEffect) {
  const Buffer tar = tar_of(small_entries(""));
  for (size_t i = 0; i < 512; ++i)
    for (const uint8_t bit : {0x01, 0x80, 0xff}) {
      Buffer bad = tar;
      bad[i] ^= bit;
      Set set;
      if (const auto error = error_of([&] { set = read_tar(bad); }))
        EXPECT_EQ(error->code(), ExitCode::data) << i;
      else
        expect_small_set(set);
    }
}

TEST(Cifar10Archive, OtherFilesAreRefusedInWords) {
  for (const Buffer& bytes : {text_bytes("no archive"), batch_bytes({1}), Buffer{}}) {
    const auto error = error_of([&] { read_tar(bytes); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ExitCode::data);
    EXPECT_THAT(error->what(), HasSubstr("cifar-10-binary.tar.gz"));
  }
}

class Cifar10Folder : public ::testing::Test {
 protected:
  static void write_set(const fs::path& folder, bool packed) {
    fs::create_directories(folder);
    for (const auto& [name, content] : small_files())
      write_file(folder / (packed ? name + ".gz" : name), packed ? gzip(content) : content);
  }
  static std::string refusal(const fs::path& path, ExitCode code = ExitCode::data) {
    const auto error = error_of([&] { read(path.string()); });
    EXPECT_TRUE(error) << path;
    if (!error) return {};
    EXPECT_EQ(error->code(), code);
    return error->what();
  }
  sslhost::testing::TemporaryFolder folder_;
};

TEST_F(Cifar10Folder, IsReadPlainPackedAndUnpackedFromTheArchive) {
  write_set(folder_ / "plain", false);
  write_set(folder_ / "packed", true);
  write_set(folder_ / "above/cifar-10-batches-bin", false);
  for (const char* name : {"plain", "packed", "above"})
    expect_small_set(read((folder_ / name).string()));
  write_file(folder_ / "small.tar.gz", gzip(tar_of(small_entries())));
  expect_small_set(read((folder_ / "small.tar.gz").string()));
}

TEST_F(Cifar10Folder, AMissingBatchIsNamedBeforeAnyIsRead) {
  write_set(folder_ / "set", false);
  write_file(folder_ / "set/data_batch_1.bin", {1});
  fs::remove(folder_ / "set/test_batch.bin");
  EXPECT_THAT(refusal(folder_ / "set"),
              AllOf(HasSubstr("test_batch.bin or test_batch.bin.gz"), HasSubstr("binary.tar.gz")));
}

TEST_F(Cifar10Folder, DamagedFilesAreNamedWithTheirByte) {
  write_set(folder_ / "set", true);
  auto packed = gzip(batch_bytes({1}));
  packed.resize(packed.size() / 2);
  write_file(folder_ / "set/data_batch_3.bin.gz", packed);
  EXPECT_THAT(refusal(folder_ / "set"),
              AllOf(HasSubstr("set/data_batch_3.bin.gz, byte "), HasSubstr("gzip stream")));
  write_file(folder_ / "set/data_batch_3.bin", batch_bytes({1, 77}));
  EXPECT_THAT(refusal(folder_ / "set"), HasSubstr("set/data_batch_3.bin, byte 3073"));
  write_file(folder_ / "set/data_batch_3.bin", gzip(Buffer(64 << 20)));
  EXPECT_THAT(refusal(folder_ / "set"), HasSubstr("at most 10000 records"));
  write_file(folder_ / "set/batches.meta.txt", {'x'});
  EXPECT_THAT(refusal(folder_ / "set"), HasSubstr("batches.meta.txt, byte 0"));
}

TEST_F(Cifar10Folder, NeedsAPath) {
  EXPECT_THAT(refusal("", ExitCode::usage), HasSubstr("--data PATH"));
  EXPECT_THAT(refusal(folder_ / "nothing"), HasSubstr("nothing there"));
  EXPECT_THAT(refusal(folder_.path()), HasSubstr("data_batch_1.bin"));
}

/// An .xz file, unpacked.
Buffer unpacked(const fs::path& file) {
  const std::unique_ptr<archive, decltype(&archive_read_free)> in(archive_read_new(),
                                                                  &archive_read_free);
  archive_read_support_filter_xz(in.get());
  archive_read_support_format_raw(in.get());
  archive_entry* entry = nullptr;
  Buffer bytes, piece(1 << 20);
  if (archive_read_open_filename(in.get(), file.c_str(), 1 << 16) != ARCHIVE_OK ||
      archive_read_next_header(in.get(), &entry) != ARCHIVE_OK)
    return bytes;
  for (la_ssize_t got; (got = archive_read_data(in.get(), piece.data(), piece.size())) > 0;)
    bytes.insert(bytes.end(), piece.begin(), piece.begin() + got);
  return bytes;
}

TEST_F(Cifar10Folder, OriginalImagesAreRecognisedAndChangedOnesAreNot) {
  const char* const given = std::getenv("SSLHOST_TEST_DATA");
  const char* const source = std::getenv("SSLHOST_SOURCE_DIR");
  const fs::path data =
      given ? fs::path(given) : fs::path(source ? source : ".") / "../shared/data";
  const fs::path file = data / "cifar10/lossless_first4000.bin.xz";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is not there; set SSLHOST_TEST_DATA";
  write_set(folder_ / "set", false);
  Buffer bytes = unpacked(file);
  write_file(folder_ / "set/data_batch_1.bin", bytes);
  const Set set = read((folder_ / "set").string());
  ASSERT_EQ(set.train.labels.size(), 4004u);
  std::array<int, 10> counts = {};
  for (size_t i = 0; i < 4000; ++i) ++counts.at(set.train.labels[i]);
  EXPECT_EQ(counts, (std::array{396, 366, 420, 384, 422, 393, 414, 385, 407, 413}));
  EXPECT_TRUE(begins_as_official(set.train));
  bytes[5] ^= 1;
  write_file(folder_ / "set/data_batch_1.bin", bytes);
  EXPECT_FALSE(begins_as_official(read((folder_ / "set").string()).train));
}

}  // namespace
}  // namespace sslhost::cifar10
