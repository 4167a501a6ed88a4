// SPDX-License-Identifier: Apache-2.0
// sslhost cache, on a cache of our own.
#include <chrono>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "host/commands/front/cache_entries.hpp"
#include "host/discovery/child.hpp"
#include "tests/support/built.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

namespace fs = std::filesystem;
using sslhost::testing::built;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

const std::string kOld(32, 'a'), kNew(32, 'b'), kFeatures(64, 'c');

class CacheCommand : public ::testing::Test {
 protected:
  CacheCommand() {
    setenv("SSLHOST_CACHE", (folder_ / "cache").c_str(), 1);
    for (const auto& key : {kOld, kNew}) {
      folder_.write("cache/images/" + key + "/pixels", std::string(1000000, 'x'));
      folder_.write("cache/images/" + key + "/index", "index");
      folder_.write("cache/images/" + key + ".lock", "");
    }
    folder_.write("cache/features/" + kFeatures + ".safetensors", std::string(2500000, 'x'));
    folder_.write("cache/features/notes.safetensors", "somebody's own");
    folder_.write("cache/images/holiday/index", "somebody's own");
    age("images/" + kOld + "/index", 40);
    age("features/" + kFeatures + ".safetensors", 100);
  }
  ~CacheCommand() override { unsetenv("SSLHOST_CACHE"); }

  fs::path at(const std::string& name) const { return folder_ / ("cache/" + name); }
  void age(const std::string& name, int days) const {
    fs::last_write_time(at(name), fs::file_time_type::clock::now() - std::chrono::hours(24 * days));
  }
  static ChildResult run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "cache");
    return run_child(built("tests/front/bin/sslhost"), arguments, std::chrono::seconds(60));
  }
  void expect_untouched(const std::string& name) const {
    EXPECT_TRUE(fs::exists(at(name))) << name;
  }

  sslhost::testing::TemporaryFolder folder_;
};

TEST_F(CacheCommand, ListsWhatIsThereTheLongestUnusedFirst) {
  const auto r = run({});
  ASSERT_EQ(r.status, 0) << r.errors;
  EXPECT_THAT(r.output,
              AllOf(HasSubstr("images          1.0 MB"), HasSubstr("features        2.5 MB"),
                    HasSubstr(at("images/" + kNew).string()), HasSubstr("3 entries, 4.5 MB"),
                    Not(HasSubstr("holiday")), Not(HasSubstr("notes"))));
  EXPECT_LT(r.output.find(kFeatures), r.output.find(kOld));
  EXPECT_LT(r.output.find(kOld), r.output.find(kNew));
  EXPECT_THAT(run({"--older-than", "50"}).output, HasSubstr("1 entry, 2.5 MB"));
}

TEST_F(CacheCommand, RemovesWhatWasNotUsedForSoLongAndNothingElse) {
  const auto would = run({"--clean", "--older-than", "30", "--dry-run"});
  EXPECT_THAT(would.output, HasSubstr("2 entries, 3.5 MB would be removed"));
  EXPECT_THAT(cache_entries(folder_ / "cache"), SizeIs(3)) << "nothing was";
  const auto r = run({"--clean", "--older-than", "30"});
  ASSERT_EQ(r.status, 0) << r.errors;
  EXPECT_THAT(r.output, HasSubstr("2 entries, 3.5 MB removed"));
  EXPECT_FALSE(fs::exists(at("images/" + kOld)));
  EXPECT_FALSE(fs::exists(at("features/" + kFeatures + ".safetensors")));
  expect_untouched("images/" + kNew + "/pixels");
  EXPECT_THAT(run({"--clean"}).output, HasSubstr("1 entry, 1.0 MB removed"));
  expect_untouched("images/holiday/index");
  expect_untouched("features/notes.safetensors");
  EXPECT_THAT(run({}).output, HasSubstr("0 entries, 0.0 kB in "));
}

// A clock that was put back, or a file server's.
TEST_F(CacheCommand, AnEntryOfTomorrowIsOneToo) {
  age("images/" + kNew + "/index", -2);
  EXPECT_THAT(run({}).output, HasSubstr("3 entries, 4.5 MB"));
  EXPECT_THAT(run({"--older-than", "0"}).output, HasSubstr("2 entries, 3.5 MB"));
  EXPECT_THAT(run({"--clean"}).output, HasSubstr("3 entries, 4.5 MB removed"));
}

TEST_F(CacheCommand, AnEntryThatIsBeingMadeStays) {
  folder_.write("cache/images/" + kOld + ".unfinished/pixels", "half");
  const int lock = ::open(at("images/" + kOld + ".lock").c_str(), O_RDWR);
  ASSERT_EQ(::flock(lock, LOCK_EX), 0);
  const auto r = run({"--clean"});
  EXPECT_THAT(r.output, AllOf(HasSubstr("2 entries, 3.5 MB removed"),
                              HasSubstr("left: a program is making them")));
  expect_untouched("images/" + kOld + ".unfinished/pixels");
  ::close(lock);
  EXPECT_EQ(run({"--clean"}).status, 0);
  EXPECT_FALSE(fs::exists(at("images/" + kOld + ".unfinished"))) << "of a program that was killed";
}

TEST_F(CacheCommand, LinksLeadNowhere) {
  const auto own = folder_.write("own/index", "somebody's own").parent_path();
  fs::create_directory_symlink(own, at("images/" + std::string(32, 'd')));
  EXPECT_EQ(run({"--clean"}).status, 0);
  EXPECT_TRUE(fs::exists(own / "index"));
}

TEST_F(CacheCommand, ImpossibleRequestsAreUsageErrors) {
  for (const auto& wrong : std::vector<std::vector<std::string>>{
           {"--dry-run"}, {"--clean", "--older-than", "x"}, {"--older-than", "-1"}, {"images"}}) {
    const auto r = run(wrong);
    EXPECT_EQ(WEXITSTATUS(r.status), static_cast<int>(ExitCode::usage)) << r.errors;
  }
  EXPECT_THAT(cache_entries(folder_ / "cache"), SizeIs(3));
}

}  // namespace
}  // namespace sslhost::host
