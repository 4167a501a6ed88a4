// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/tree.hpp"

#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "tests/datasets/images/listings.hpp"

namespace sslhost::images {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

Names files_of(const Tree& tree) {
  Names names;
  tree.top.for_each([&](const File& file) { names.push_back(file.name); });
  return names;
}

TEST(Tree, LinksToFilesAreFollowedWhereverTheyLead) {
  const Photos outside({"x.jpg"}), photos({"cat/1.jpg", ".hidden/2.jpg"});
  fs::create_symlink(outside / "x.jpg", photos / "cat/out.jpg");
  fs::create_symlink("../.hidden/2.jpg", photos / "cat/in.jpg");
  fs::create_symlink("1.jpg", photos / "cat/notes.txt");
  fs::create_symlink("nothing", photos / "cat/lost.jpg");
  fs::create_symlink("self.jpg", photos / "cat/self.jpg");
  const auto tree = read_tree(photos.path());
  EXPECT_THAT(files_of(tree), UnorderedElementsAre("cat/1.jpg", "cat/in.jpg", "cat/out.jpg"));
  EXPECT_THAT(lines(tree.passed_over),
              ElementsAre(".hidden: hidden", "cat/lost.jpg: a link that leads nowhere",
                          "cat/notes.txt: a file of another kind (.txt)",
                          "cat/self.jpg: a link that leads nowhere"));
  tree.top.for_each([](const File& file) { EXPECT_EQ(file.linked, file.name != "cat/1.jpg"); });
}

TEST(Tree, LinksToFoldersAreFollowedOnce) {
  const Photos outside({"deep/1.jpg", "2.jpg"}), photos({"cat/3.jpg"});
  fs::create_directory_symlink(outside.path(), photos / "b");
  fs::create_directory_symlink(outside.path(), photos / "c");
  fs::create_directory_symlink(outside / "deep", photos / "a");
  fs::create_directory_symlink("cat", photos / "again");
  fs::create_directory_symlink(outside.path(), photos / "_aside");
  const auto tree = read_tree(photos.path());
  EXPECT_THAT(files_of(tree), ElementsAre("a/1.jpg", "b/2.jpg", "cat/3.jpg"));
  EXPECT_THAT(lines(tree.passed_over),
              ElementsAre("_aside: the name begins with '_'",
                          "again: a link to a folder that is listed already",
                          "b/deep: a folder that a link led to before",
                          "c: a link to a folder that is listed already"));
}

TEST(Tree, LinksToRunsAreNoPhotos) {
  const Photos runs({"vat/.sslhost.lock", "vat/pictures/1.jpg"}),
      photos({"cat/3.jpg", "dog/4.jpg"});
  fs::create_directory_symlink(runs / "vat", photos / "last");
  fs::create_directory_symlink(runs.path(), photos / "runs");
  const auto tree = read_tree(photos.path());
  EXPECT_THAT(files_of(tree), ElementsAre("cat/3.jpg", "dog/4.jpg"));
  EXPECT_THAT(lines(tree.passed_over),
              ElementsAre("last: a run of sslhost", "runs/vat: a run of sslhost"));
  EXPECT_EQ(photos.list().classes, (Names{"cat", "dog"})) << "and no class 'runs' without images";
}

TEST(Tree, WhatALinkBesideARunLeadsToIsListed) {
  const Photos elsewhere({"5.jpg"}), photos({"cat/3.jpg", "both/vat/.sslhost.lock"});
  fs::create_directory_symlink(elsewhere.path(), photos / "both/more");
  EXPECT_THAT(files_of(read_tree(photos.path())), ElementsAre("both/more/5.jpg", "cat/3.jpg"));
}

TEST(Tree, FilesOfOurOwnAreNoFinding) {
  const Photos photos({"cat/1.jpg", ".sslhost-labels.journal", ".other"});
  const auto tree = read_tree(photos.path());
  EXPECT_THAT(files_of(tree), ElementsAre("cat/1.jpg"));
  EXPECT_THAT(lines(tree.passed_over), ElementsAre(".other: hidden"));
}

TEST(Tree, RealFoldersGoBeforeLinksToThem) {
  const Photos photos({"z/1.jpg"});
  fs::create_directory_symlink("z", photos / "a");
  EXPECT_THAT(files_of(read_tree(photos.path())), ElementsAre("z/1.jpg"));
  // As a folder a class, the link is a class without images.
  photos.add({"y/1.jpg"});
  EXPECT_EQ(photos.list().classes, (Names{"y", "z"}));
}

TEST(Tree, LoopsEnd) {
  const Photos outside({"x/1.jpg", "y/2.jpg"}), photos({"cat/3.jpg"});
  fs::create_directory_symlink("..", photos / "cat/up");
  fs::create_directory_symlink(".", photos / "cat/self");
  fs::create_directory_symlink("/", photos / "cat/root");
  fs::create_directory_symlink(outside / "x", photos / "x");
  fs::create_directory_symlink("..", outside / "x/up");  // would bring y, which nobody named
  fs::create_directory_symlink("../y", outside / "x/aside");
  fs::create_directory_symlink("../x", outside / "y/back");
  const auto tree = read_tree(photos.path());
  EXPECT_THAT(files_of(tree), ElementsAre("cat/3.jpg", "x/1.jpg", "x/aside/2.jpg"));
  EXPECT_THAT(
      lines(tree.passed_over),
      ElementsAre("cat/root: a link to a folder around it",
                  "cat/self: a link to a folder around it", "cat/up: a link to a folder around it",
                  "x/aside/back: a link to a folder that is listed already",
                  "x/up: a link to a folder around it"));
}

TEST(Tree, FolderMayItselfBeALink) {
  const Photos photos({"real/cat/1.jpg"});
  fs::create_directory_symlink("real", photos / "link");
  const auto tree = read_tree(photos / "link");
  EXPECT_THAT(files_of(tree), ElementsAre("cat/1.jpg"));
  EXPECT_EQ(tree.top.folders.front().files.front().path, photos / "link/cat/1.jpg");
}

TEST(Tree, OddNamesAreKept) {
  const std::string longest(255, 'x');
  const Photos photos({"a b.jpg", "a\nb.jpg", longest, "100%.jpg", "\xC3\xA9.jpg"});
  EXPECT_THAT(files_of(read_tree(photos.path())),
              UnorderedElementsAre("a b.jpg", "a\nb.jpg", longest, "100%.jpg", "\xC3\xA9.jpg"));
}

TEST(Tree, NamesThatAreNotUtf8AreMadeSoAndStayApart) {
  const Photos photos({"\xFF/\xE9%.jpg", "%FF/1.jpg", "%FF%/1.jpg", "\xFE/1.jpg"});
  const auto tree = read_tree(photos.path());
  EXPECT_THAT(files_of(tree),
              UnorderedElementsAre("%FF%%/%E9%25.jpg", "%FF/1.jpg", "%FF%/1.jpg", "%FE/1.jpg"));
  tree.top.for_each([](const File& file) { EXPECT_TRUE(fs::exists(file.path)) << file.name; });
}

TEST(Tree, WhatIsNoRegularFileIsNotOpened) {
  const Photos photos({"1.jpg"});
  ASSERT_EQ(::mkfifo((photos / "2.jpg").c_str(), 0600), 0);
  fs::create_symlink("/dev/zero", photos / "3.jpg");
  fs::create_symlink("2.jpg", photos / "4.jpg");
  const auto tree = read_tree(photos.path());
  EXPECT_THAT(files_of(tree), ElementsAre("1.jpg"));
  EXPECT_THAT(lines(tree.passed_over),
              ElementsAre("2.jpg: not a regular file", "3.jpg: not a regular file",
                          "4.jpg: not a regular file"));
}

TEST(Tree, FolderThatCannotBeReadIsNamed) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read every folder";
  const Photos photos({"cat/1.jpg", "dog/1.jpg"});
  fs::permissions(photos / "dog", fs::perms::none);
  expect_parts((photos / "dog").string(), "a folder that can be read", "Permission denied",
               HasSubstr("the right to read it"), [&] { read_tree(photos.path()); });
  fs::permissions(photos / "dog", fs::perms::owner_all);
}

TEST(Tree, FolderThatIsGoneIsNamed) {
  const Photos photos;
  expect_parts((photos / "none").string(), "a folder that can be read", HasSubstr("No such file"),
               HasSubstr("the right to read it"), [&] { read_tree(photos / "none"); });
}

TEST(Tree, InsideIsToldByWholeNames) {
  EXPECT_TRUE(is_within("/a/b", "/a"));
  EXPECT_TRUE(is_within("/a", "/a"));
  EXPECT_TRUE(is_within("/a", "/"));
  EXPECT_FALSE(is_within("/ab", "/a"));
  EXPECT_FALSE(is_within("/a", "/a/b"));
}

}  // namespace
}  // namespace sslhost::images
