// SPDX-License-Identifier: Apache-2.0
#include "host/storage/atomic_file.hpp"

#include <array>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "tests/host/storage/small_disk.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::names_in;
using sslhost::testing::read_text;
using sslhost::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::SmallDisk;

Bytes bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

TEST(AtomicFile, PartsFollowEachOther) {
  TemporaryFolder folder;
  const std::array parts = {bytes("one,"), bytes(""), bytes("two")};
  write_atomic(folder / "a.txt", parts);
  EXPECT_EQ(read_text(folder / "a.txt"), "one,two");
}

TEST(AtomicFile, ReplacesAnEarlierFileAndLeavesNothingElse) {
  TemporaryFolder folder;
  write_atomic(folder / "a.txt", "a longer first text");
  write_atomic(folder / "a.txt", "second");
  EXPECT_EQ(read_text(folder / "a.txt"), "second");
  EXPECT_THAT(names_in(folder.path()), ElementsAre("a.txt"));
}

TEST(AtomicFile, FullDiskKeepsTheEarlierFileAndNoTemporary) {
  SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << disk.why_not();
  const auto path = disk.path() / "model.bin";
  write_atomic(path, "earlier");
  const std::string large(2 * SmallDisk::kBytes, 'x');
  const auto error = failure_of([&] { write_atomic(path, large); });
  EXPECT_EQ(error.code(), ExitCode::storage);
  EXPECT_EQ(error.parts().where, path.string());
  EXPECT_THAT(error.parts().found, HasSubstr("No space left on device (524288 bytes needed, "));
  EXPECT_THAT(error.parts().found, HasSubstr(" free)"));
  EXPECT_THAT(error.parts().next, HasSubstr("free some space"));
  EXPECT_EQ(read_text(path), "earlier");
  EXPECT_THAT(names_in(disk.path()), ElementsAre("model.bin"));
}

TEST(AtomicFile, FolderThatDoesNotExistIsAStorageError) {
  TemporaryFolder folder;
  expect_failure(ExitCode::storage, "No such file or directory",
                 [&] { write_atomic(folder / "missing" / "a.txt", "text"); });
}

TEST(AtomicFile, FoldersAndLinksAreNotReplaced) {
  TemporaryFolder folder;
  std::filesystem::create_directory(folder / "d");
  sslhost::testing::write_text(folder / "target", "kept");
  std::filesystem::create_symlink("target", folder / "link");
  EXPECT_THROW(write_atomic(folder / "d", "text"), Error);
  EXPECT_THROW(write_atomic(folder / "link", "text"), Error);
  EXPECT_EQ(read_text(folder / "target"), "kept");
  EXPECT_THAT(names_in(folder.path()), ElementsAre("d", "link", "target"));
}

TEST(AtomicFile, OnlyItsOwnTemporaryNamesAreRecognised) {
  EXPECT_TRUE(is_temporary_of(".run.json.123-0.tmp", "run.json"));
  for (const char* name :
       {".run.json.123.tmp", ".run.json.tmp", ".run.json.-.tmp", ".run.json.1-a.tmp",
        "run.json.123-0.tmp", ".run.json.123-0", ".report.html.123-0.tmp", ""}) {
    EXPECT_FALSE(is_temporary_of(name, "run.json")) << name;
  }
}

}  // namespace
}  // namespace sslhost::host
