// SPDX-License-Identifier: Apache-2.0
#include "host/storage/place_file.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "tests/host/storage/small_disk.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

namespace fs = std::filesystem;
using sslhost::testing::names_in;
using sslhost::testing::read_text;
using sslhost::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::SmallDisk;

class PlaceFile : public ::testing::Test {
 protected:
  const TemporaryFolder folder;
  const fs::path to = folder.folder("to");
};

TEST_F(PlaceFile, MovesAndReplacesNothing) {
  for (const auto* text : {"one", "two", "three"}) move_into(folder.write("from/a.jpg", text), to);
  EXPECT_THAT(names_in(to), ElementsAre("a (2).jpg", "a (3).jpg", "a.jpg"));
  EXPECT_EQ(read_text(to / "a.jpg"), "one");
  EXPECT_EQ(read_text(to / "a (3).jpg"), "three");
  EXPECT_THAT(names_in(folder / "from"), IsEmpty());
}

TEST_F(PlaceFile, TheSameBytesUnderTheSameNameStayWhereTheyAre) {
  folder.write("to/a.jpg", "one");
  const auto place = move_into(folder.write("from/a.jpg", "one"), to);
  EXPECT_TRUE(place.was_there);
  EXPECT_EQ(place.path, to / "a.jpg");
  EXPECT_EQ(read_text(folder / "from/a.jpg"), "one");
  EXPECT_TRUE(move_into(to / "a.jpg", to).was_there);
  EXPECT_THAT(names_in(to), ElementsAre("a.jpg"));
}

TEST_F(PlaceFile, LinksLeadToTheFileFromAnywhere) {
  const auto file = folder.write("from/a.jpg", "one");
  fs::create_directory_symlink(folder / "from", folder / "alias");
  EXPECT_FALSE(link_into(folder / "alias/a.jpg", to).was_there);
  EXPECT_EQ(fs::read_symlink(to / "a.jpg"), file);
  EXPECT_TRUE(link_into(file, to).was_there);
  EXPECT_EQ(link_into(folder.write("other/a.jpg", "two"), to).path, to / "a (2).jpg");
  EXPECT_EQ(failure_of([&] { link_into(folder / "gone", to); }).code(), ExitCode::storage);
}

TEST_F(PlaceFile, CopiesReplaceNothingAndLeaveTheFile) {
  const auto file = folder.write("from/a.jpg", "one");
  EXPECT_EQ(copy_into(file, to).path, to / "a.jpg");
  EXPECT_TRUE(copy_into(file, to).was_there);
  EXPECT_EQ(copy_into(folder.write("other/a.jpg", "two"), to).path, to / "a (2).jpg");
  fs::create_symlink(file, folder / "link.jpg");
  EXPECT_EQ(copy_into(folder / "link.jpg", to).path, to / "link.jpg");
  EXPECT_THAT(names_in(to), ElementsAre("a (2).jpg", "a.jpg", "link.jpg"));
  EXPECT_FALSE(fs::is_symlink(to / "link.jpg"));
  EXPECT_EQ(read_text(to / "link.jpg"), "one");
  EXPECT_EQ(fs::last_write_time(to / "a.jpg"), fs::last_write_time(file));
  EXPECT_EQ(read_text(file), "one");
  EXPECT_EQ(failure_of([&] { copy_into(folder / "gone", to); }).code(), ExitCode::storage);
}

TEST_F(PlaceFile, AFullDiskKeepsNoPartOfACopy) {
  const SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << disk.why_not();
  const auto file = folder.write("from/big.jpg", std::string(4 << 20, 'x'));
  EXPECT_EQ(failure_of([&] { copy_into(file, disk.path()); }).code(), ExitCode::storage);
  EXPECT_THAT(names_in(disk.path()), IsEmpty());
}

TEST_F(PlaceFile, AFileTakesThePlaceOfALinkToIt) {
  const SmallDisk disk;
  std::vector<fs::path> folders = {to};
  if (disk.mounted()) folders.push_back(disk.path());  // else within one file system alone
  for (const auto& there : folders) {
    const auto file = folder.write("from/a.jpg", "one"),
               other = folder.write("from/b/a.jpg", "two");
    link_into(file, there);
    EXPECT_FALSE(move_into(file, there).was_there);
    EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(there / "a.jpg")));
    EXPECT_EQ(read_text(there / "a.jpg"), "one");
    EXPECT_THAT(names_in(folder / "from"), ElementsAre("b"));
    link_into(other, there);
    EXPECT_EQ(move_into(folder.write("from/a.jpg", "three"), there).path, there / "a (3).jpg")
        << "that link leads to another file";
    EXPECT_THAT(names_in(there), ElementsAre("a (2).jpg", "a (3).jpg", "a.jpg"));
  }
}

TEST_F(PlaceFile, AMovedLinkStillLeadsToItsFile) {
  folder.write("from/real/a.jpg", "one");
  fs::create_symlink("real/a.jpg", folder / "from/l.jpg");
  move_into(folder / "from/l.jpg", to);
  EXPECT_FALSE(fs::exists(fs::symlink_status(folder / "from/l.jpg")));
  EXPECT_EQ(fs::read_symlink(to / "l.jpg"), folder / "from/real/a.jpg");
  EXPECT_EQ(read_text(to / "l.jpg"), "one");
}

TEST_F(PlaceFile, LongNamesGetTheirNumberToo) {
  const std::string most(251, 'x');
  EXPECT_EQ(numbered_name("a.b.jpg", 2), "a.b (2).jpg");
  EXPECT_EQ(numbered_name("a", 12), "a (12)");
  EXPECT_EQ(numbered_name(".a", 2), ".a (2)");
  EXPECT_EQ(numbered_name(most + ".jpg", 2), std::string(247, 'x') + " (2).jpg");
  std::string letters;
  while (letters.size() < 250) letters += "\xc3\xa9";  // é
  EXPECT_EQ(numbered_name(letters + ".jpg", 2), letters.substr(0, 246) + " (2).jpg");
  for (int i = 0; i < 2; ++i)
    move_into(folder.write("from/" + most + ".jpg", std::to_string(i)), to);
  EXPECT_EQ(names_in(to).size(), 2u);
}

TEST_F(PlaceFile, AcrossFileSystemsByACopy) {
  const SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << disk.why_not();
  const auto file = folder.write("from/a.jpg", std::string(100000, 'x'));
  fs::permissions(file, fs::perms(0640));
  const auto time = fs::last_write_time(file);
  EXPECT_EQ(move_into(file, disk.path()).path, disk.path() / "a.jpg");
  EXPECT_EQ(read_text(disk.path() / "a.jpg").size(), 100000u);
  EXPECT_EQ(fs::status(disk.path() / "a.jpg").permissions(), fs::perms(0640));
  EXPECT_EQ(fs::last_write_time(disk.path() / "a.jpg"), time);
  EXPECT_EQ(move_into(folder.write("from/a.jpg", "2"), disk.path()).path,
            disk.path() / "a (2).jpg");
  EXPECT_TRUE(
      move_into(folder.write("from/a.jpg", std::string(100000, 'x')), disk.path()).was_there);
  EXPECT_THAT(names_in(folder / "from"), ElementsAre("a.jpg")) << "the one that was there stays";
  EXPECT_THAT(names_in(disk.path()), ElementsAre("a (2).jpg", "a.jpg"));
}

TEST_F(PlaceFile, AFullDiskLeavesTheFileWhereItWas) {
  const SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << disk.why_not();
  const auto file = folder.write("from/a.jpg", std::string(SmallDisk::kBytes * 2, 'x'));
  const auto error = failure_of([&] { move_into(file, disk.path()); });
  EXPECT_EQ(error.code(), ExitCode::storage);
  EXPECT_THAT(error.what(), HasSubstr("from/a.jpg"));
  EXPECT_EQ(fs::file_size(file), SmallDisk::kBytes * 2);
  EXPECT_THAT(names_in(disk.path()), IsEmpty());
}

/// Killed at some moment of many moves: each file is whole in one of the two places.
TEST_F(PlaceFile, NothingIsLostWhenItIsKilled) {
  const SmallDisk disk(64 << 20);
  if (!disk.mounted()) GTEST_SKIP() << disk.why_not();
  constexpr int kFiles = 100;
  const auto name = [](int i) { return std::to_string(i) + ".jpg"; };
  const auto content = [](int i) { return std::string(100000 + static_cast<size_t>(i), 'x'); };
  for (int i = 0; i < kFiles; ++i) folder.write("from/" + name(i), content(i));
  for (int moved = 5; moved < kFiles; moved += 20) {
    const pid_t child = fork();
    if (child == 0) {
      for (int i = 0; i < kFiles; ++i)
        if (fs::exists(folder / ("from/" + name(i))))
          move_into(folder / ("from/" + name(i)), disk.path());
      _exit(0);
    }
    while (!fs::exists(disk.path() / name(moved)) && ::waitpid(child, nullptr, WNOHANG) == 0) {
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    for (int i = 0; i < kFiles; ++i) {
      const auto before = folder / ("from/" + name(i)), after = disk.path() / name(i);
      EXPECT_TRUE(fs::exists(after) ? read_text(after) == content(i)
                                    : read_text(before) == content(i))
          << i;
    }
  }
}

}  // namespace
}  // namespace sslhost::host
