// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/trust.hpp"

#include <cstdlib>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

namespace fs = std::filesystem;
using fs::perms;
using sslhost::testing::TemporaryFolder;
using ::testing::HasSubstr;

class Trust : public ::testing::Test {
 protected:
  void allow(const fs::path& path, perms more) {
    fs::permissions(path, more, fs::perm_options::add);
  }

  const TemporaryFolder folder_;
  const fs::path file_ = folder_.write("a/b/x.so", "x");
};

TEST_F(Trust, OwnFilesInOwnFoldersAreFineBelowAStickyOne) { EXPECT_EQ(why_unsafe(file_), ""); }

TEST_F(Trust, RefusesAFileThatOthersMayWrite) {
  allow(file_, perms::others_write);
  EXPECT_THAT(why_unsafe(file_), HasSubstr("others may write to " + file_.string()));
}

TEST_F(Trust, RefusesAnyFolderAboveThatOthersMayWrite) {
  allow(folder_.path() / "a", perms::others_write);
  EXPECT_THAT(why_unsafe(file_),
              HasSubstr("others may write to " + (folder_.path() / "a").string()));
}

TEST_F(Trust, AStickyFolderIsNoReason) {
  allow(folder_.path() / "a", perms::others_write | perms::sticky_bit);
  EXPECT_EQ(why_unsafe(file_), "");
}

TEST_F(Trust, LooksAtTheFoldersOfALinkAndOfItsTarget) {
  const auto link = folder_.folder("links") / "x.so";
  fs::create_symlink(file_, link);
  EXPECT_EQ(why_unsafe(link), "");
  allow(folder_.path() / "links", perms::others_write);
  EXPECT_THAT(why_unsafe(link), HasSubstr("links"));
  fs::permissions(folder_.path() / "links", perms::owner_all);
  allow(folder_.path() / "a" / "b", perms::others_write);
  EXPECT_THAT(why_unsafe(link), HasSubstr("a/b"));
}

TEST_F(Trust, ContentThatTheUserTrustsIsFineUntilItChanges) {
  setenv("XDG_DATA_HOME", (folder_.path() / "home").c_str(), 1);
  allow(folder_.path() / "a", perms::others_write);
  EXPECT_THAT(why_unsafe(file_), HasSubstr("sslhost plugins trust " + file_.string()));
  EXPECT_EQ(trust_content(file_).size(), 64u);
  EXPECT_EQ(why_unsafe(file_), "");
  folder_.write("a/b/y.so", "y");
  trust_content(folder_.path() / "a/b/y.so");
  EXPECT_EQ(why_unsafe(file_), "") << "one does not replace the other";
  folder_.write("a/b/x.so", "evil");
  EXPECT_THAT(why_unsafe(file_), HasSubstr("others may write to"));
  unsetenv("XDG_DATA_HOME");
}

TEST_F(Trust, AListThatOthersMayWriteToIsNone) {
  setenv("XDG_DATA_HOME", (folder_.path() / "home").c_str(), 1);
  allow(folder_.path() / "a", perms::others_write);
  trust_content(file_);
  allow(folder_.path() / "home/sslhost/trusted-plugins", perms::others_write);
  EXPECT_THAT(why_unsafe(file_), HasSubstr("others may write to"));
  unsetenv("XDG_DATA_HOME");
}

TEST_F(Trust, AGroupOfOthersIsAReason) {
  // Root may give a file to any group; another user has only groups of his own.
  if (chown(file_.c_str(), static_cast<uid_t>(-1), 12345) != 0) GTEST_SKIP() << "needs root";
  allow(file_, perms::group_write);
  EXPECT_THAT(why_unsafe(file_), HasSubstr("its group may write"));
}

}  // namespace
}  // namespace sslhost::host
