// SPDX-License-Identifier: Apache-2.0
// How outcomes of a probe are judged and kept; workers here are small shell scripts. The true
// worker with true plugins is tested in tests/host/main.
#include "host/discovery/probe.hpp"

#include <algorithm>
#include <cstdlib>

#include <sys/resource.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "host/discovery/content_hash.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::read_text;
using sslhost::testing::TemporaryFolder;
using ::testing::HasSubstr;

class ProbeCall : public ::testing::Test {
 protected:
  /// A worker that leaves a line in the file "calls" whenever it runs.
  std::filesystem::path worker(const std::string& commands) const {
    const auto file = folder_.write("bin/worker", "#!/bin/sh\necho \"$*\" >> " +
                                                      (folder_.path() / "calls").string() + "\n" +
                                                      commands + "\n");
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return file;
  }
  Probe run(const std::string& commands) const {
    return probe(plugin_, worker(commands), settings_);
  }
  ProbeSettings with_limits(std::chrono::milliseconds limit) const {
    return {.cache = settings_.cache, .limit = limit, .first_limit = limit};
  }
  std::string calls() const { return read_text(folder_.path() / "calls"); }
  int64_t count_calls() const {
    const auto text = calls();
    return std::count(text.begin(), text.end(), '\n');
  }

  const TemporaryFolder folder_;
  const std::filesystem::path plugin_ = folder_.write("x.so", "plugin");
  const ProbeSettings settings_{.cache = folder_.path() / "cache",
                                .limit = std::chrono::seconds(10),
                                .first_limit = std::chrono::seconds(10)};
  const std::string good_ = "echo '{\"options\": []}'";
};

TEST_F(ProbeCall, GivesTheDescriptionAndKeepsIt) {
  EXPECT_FALSE(known_probe(plugin_, worker(good_), settings_));
  const auto first = run(good_), second = run(good_);
  EXPECT_EQ(first.state, State::ready) << first.reason;
  EXPECT_EQ(first.description, "{\"options\": []}\n");
  EXPECT_EQ(second.description, first.description);
  EXPECT_EQ(calls(), "probe " + plugin_.string() + "\n");
  EXPECT_TRUE(known_probe(plugin_, worker(good_), settings_));
}

TEST_F(ProbeCall, AnotherContentOrAnotherWorkerIsProbedAgain) {
  run(good_);
  run(good_ + " # rebuilt");
  folder_.write("x.so", "plugin, rebuilt");
  run(good_);
  EXPECT_EQ(count_calls(), 3);
}

TEST_F(ProbeCall, ACrashIsAStateThatIsKept) {
  const auto crash = "echo last words >&2; kill -SEGV $$";
  EXPECT_EQ(run(crash).state, State::crashes);
  const auto again = run(crash);
  EXPECT_THAT(again.reason,
              HasSubstr("killed by SIGSEGV (Segmentation fault); its last words: last words"));
  EXPECT_EQ(count_calls(), 1);
}

TEST_F(ProbeCall, AHangIsAStateThatIsNotKept) {
  const auto hasty = with_limits(std::chrono::milliseconds(200));
  EXPECT_EQ(probe(plugin_, worker("exec sleep 60"), hasty).state, State::hangs);
  EXPECT_FALSE(known_probe(plugin_, worker("exec sleep 60"), hasty));
}

// LibTorch's libraries may have to come from a slow disk.
TEST_F(ProbeCall, TheFirstOfAllMayTakeLonger) {
  auto settings = with_limits(std::chrono::seconds(10));
  settings.first_limit = std::chrono::milliseconds(1);
  EXPECT_EQ(probe(plugin_, worker("sleep 1; " + good_), settings).state, State::hangs);
  EXPECT_EQ(probe(plugin_, worker("sleep 1; " + good_), settings).state, State::hangs)
      << "nothing was ever loaded";
  settings = with_limits(std::chrono::milliseconds(1));
  settings.first_limit = std::chrono::seconds(10);
  EXPECT_EQ(probe(plugin_, worker("sleep 1; " + good_), settings).state, State::ready);
  const auto second = folder_.write("y.so", "another plugin");
  EXPECT_EQ(probe(second, worker("sleep 1; " + good_), settings).state, State::hangs);
}

TEST_F(ProbeCall, WhatTheEnvironmentMayBeToBlameForIsNotKept) {
  EXPECT_EQ(run("exit 127").state, State::fails) << "a library of the worker's was not found";
  EXPECT_FALSE(known_probe(plugin_, worker("exit 127"), settings_));
  EXPECT_EQ(run("kill -TERM $$").state, State::crashes);
  EXPECT_FALSE(known_probe(plugin_, worker("kill -TERM $$"), settings_));
  setenv("LD_LIBRARY_PATH", "/nowhere", 1);
  EXPECT_EQ(run("kill -SEGV $$").state, State::crashes);
  unsetenv("LD_LIBRARY_PATH");
  EXPECT_FALSE(known_probe(plugin_, worker("kill -SEGV $$"), settings_));
}

TEST_F(ProbeCall, UnderALimitOfMemoryAFailureIsNotKept) {
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
  if (before.rlim_cur != RLIM_INFINITY) GTEST_SKIP() << "memory is limited here anyway";
  const rlimit limited = {.rlim_cur = 8ULL << 30, .rlim_max = before.rlim_max};
  setrlimit(RLIMIT_AS, &limited);
  EXPECT_EQ(run("kill -ABRT $$").state, State::crashes);
  setrlimit(RLIMIT_AS, &before);
  EXPECT_FALSE(known_probe(plugin_, worker("kill -ABRT $$"), settings_));
}

TEST_F(ProbeCall, AnewItRunsAndKeepsWhatItFindsNow) {
  const auto crash =
      "test -e " + (folder_.path() / "mended").string() + " && " + good_ + " || kill -SEGV $$";
  EXPECT_EQ(run(crash).state, State::crashes);
  folder_.write("mended", "");
  EXPECT_EQ(run(crash).state, State::crashes) << "kept";
  auto anew = settings_;
  anew.anew = true;
  EXPECT_EQ(probe(plugin_, worker(crash), anew).state, State::ready);
  EXPECT_EQ(run(crash).state, State::ready);
}

TEST_F(ProbeCall, WhatIsKeptCanBeForgotten) {
  EXPECT_EQ(forget_probes(settings_), 0);
  run(good_);
  const auto other = folder_.write("cache/notes.txt", "not ours");
  EXPECT_EQ(forget_probes(settings_), 1);
  EXPECT_FALSE(known_probe(plugin_, worker(good_), settings_));
  EXPECT_TRUE(std::filesystem::exists(other));
}

TEST_F(ProbeCall, ClosedStreamsDoNotHideAHang) {
  const auto hasty = with_limits(std::chrono::milliseconds(200));
  EXPECT_EQ(probe(plugin_, worker("exec sleep 60 >/dev/null 2>&1"), hasty).state, State::hangs);
}

TEST_F(ProbeCall, ARefusalIsGivenInItsOwnWords) {
  const auto outcome = run(
      R"(echo '{"error": {"where": "x.so", "expected": "an entry", "found": "none"}}'; exit 5)");
  EXPECT_EQ(outcome.state, State::fails);
  EXPECT_EQ(outcome.reason, "x.so: expected an entry, found none");
}

TEST_F(ProbeCall, AnEndWithoutAnAnswerIsAFailure) {
  EXPECT_EQ(run("exit 0").state, State::fails);
  EXPECT_EQ(run("echo nonsense").state, State::fails);
  EXPECT_EQ(run("echo '[1, 2]'; exit 3").state, State::fails);
}

TEST_F(ProbeCall, ADamagedCacheIsNotBelieved) {
  run(good_);
  for (const auto& entry : std::filesystem::directory_iterator(settings_.cache))
    std::ofstream(entry.path()) << "{\"state\": 3}";
  EXPECT_EQ(run(good_).state, State::ready);
  EXPECT_EQ(count_calls(), 2);
}

TEST_F(ProbeCall, AWorkerThatIsMissingIsAnError) {
  EXPECT_THROW(probe(plugin_, folder_.path() / "none", settings_), Error);
}

TEST(ContentHash, IsSha256) {
  const TemporaryFolder folder;
  EXPECT_EQ(content_hash(folder.write("abc", "abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(content_hash(folder.write("empty", "")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace sslhost::host
