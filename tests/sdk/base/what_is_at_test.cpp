// SPDX-License-Identifier: Apache-2.0
#include "sslhost/what_is_at.hpp"

#include <filesystem>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace sslhost {
namespace {

using testing::TemporaryFolder;

TEST(WhatIsAt, SaysWhatLiesThere) {
  const TemporaryFolder folder;
  const auto at = [&](const std::string& name) { return what_is_at((folder / name).string()); };
  folder.write("text", "x");
  std::filesystem::create_symlink("gone", folder / "dangling");
  std::filesystem::create_symlink("loop", folder / "loop");
  std::filesystem::create_symlink("text", folder / "link");
  EXPECT_EQ(at(""), "a folder");
  EXPECT_EQ(at("text"), "a file");
  EXPECT_EQ(at("link"), "a file");
  EXPECT_EQ(at("none"), "nothing there");
  EXPECT_EQ(at("dangling"), "a link to gone, where there is nothing");
  EXPECT_EQ(at("loop"), "a link that leads to itself");
  EXPECT_EQ(at("text/below"), "nothing there");
  EXPECT_EQ(at(std::string(300, 'x')), "File name too long");
  EXPECT_EQ(what_is_at("/dev/null"), "neither a file nor a folder");
  EXPECT_EQ(what_is_at(""), "nothing there");
}

/// What another user finds; root may read everything.
std::string as_nobody(const std::string& path) {
  constexpr uid_t kNobody = 65534;
  int ends[2];
  if (::pipe(ends) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    std::string found = "still root";
    if (::setuid(kNobody) == 0) found = what_is_at(path);
    ::_exit(::write(ends[1], found.data(), found.size()) > 0 ? 0 : 1);
  }
  ::close(ends[1]);
  char text[200];
  const auto size = ::read(ends[0], text, sizeof text);
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return {text, size > 0 ? static_cast<size_t>(size) : 0};
}

TEST(WhatIsAt, SaysThatPermissionIsLacking) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "private/inside");
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod((folder / "private").c_str(), 0700), 0);
  EXPECT_EQ(as_nobody((folder / "private").string()), "a folder without the permission to read it");
  EXPECT_EQ(as_nobody((folder / "private/inside").string()), "no permission to look there");
  EXPECT_EQ(as_nobody((folder / "nothing").string()), "nothing there");
}

}  // namespace
}  // namespace sslhost
