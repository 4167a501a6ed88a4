// SPDX-License-Identifier: Apache-2.0
// sslhost data get: its work with a data set of our own, and the program with mirrors that are not
// the real ones.
#include "host/commands/front/data_get.hpp"

#include <cerrno>
#include <cstring>

#include <pty.h>
#include <signal.h>
#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "host/discovery/child.hpp"
#include "tests/host/fetch/fetching.hpp"
#include "tests/support/built.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::built;
using sslhost::testing::names_in;
using sslhost::testing::read_text;
using ::testing::AllOf;
using testing::Connection;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::head;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Request;
using testing::send_range;
using testing::SmallServer;
using ::testing::StartsWith;

constexpr const char* kFirst = "train-images-idx3-ubyte.gz";

class DataGet : public Fetching {
 protected:
  DataGet() {
    setenv("SSLHOST_DATA_HOME", (folder_ / "home").c_str(), 1);
    // The true mirrors are asked through a proxy that is not there.
    setenv("all_proxy", nobody_.c_str(), 1);
    setenv("no_proxy", "127.0.0.1", 1);
  }
  ~DataGet() override {
    for (const char* name : {"SSLHOST_DATA_HOME", "all_proxy", "no_proxy"}) unsetenv(name);
  }

  static ChildResult run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "data");
    return run_child(built("tests/front/bin/sslhost"), arguments, std::chrono::seconds(120));
  }
  static int code(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  KnownData two_files(const SmallServer& server) const {
    KnownData data{"two", "two files", "free", "nobody", "mnist"};
    for (const std::string name : {"two/a", "two/b"})
      data.files.push_back({name, sha256_text(body_), std::ssize(body_), {server.url("/" + name)}});
    return data;
  }

  SmallServer good_{[this](const Request& request, const Connection& to) {
    send_range(to, body_, request.from);
  }};
  /// Says whose file it is, brings a little of it and stands still.
  SmallServer stalled_{[](const Request& request, const Connection& to) {
    if (!request.path.ends_with(kFirst)) return to.send(head(404, 0));
    to.send(head(200, 9'912'422) + std::string(1'000'000, 'x'));
    to.wait();
  }};
};

TEST_F(DataGet, WhatIsMissingIsFetched) {
  const auto folder = folder_ / "new";
  get_data(two_files(good_), folder, false);
  EXPECT_THAT(names_in(folder), ElementsAre("a", "b"));
  std::filesystem::remove(folder / "b");
  get_data(two_files(good_), folder, false);
  EXPECT_EQ(read_text(folder / "b"), body_);
  ASSERT_EQ(good_.requests().size(), 3u);
  EXPECT_EQ(good_.requests()[2].path, "/two/b");
  get_data(two_files(good_), folder, true);  // all there: nothing to be fetched
}

TEST_F(DataGet, AWrongFileIsSaidBeforeAnyIsFetched) {
  const auto wrong = folder_.write("new/b", "mine");
  expect_failure(ExitCode::data, wrong.string(),
                 [&] { get_data(two_files(good_), folder_ / "new", false); });
  EXPECT_THAT(good_.requests(), IsEmpty());
}

TEST_F(DataGet, OfflineAllMissingFilesAreNamed) {
  folder_.write("new/a", body_);
  auto data = two_files(good_);
  expect_failure(ExitCode::data, AllOf(HasSubstr("two/b as "), Not(HasSubstr("two/a as "))),
                 [&] { get_data(data, folder_ / "new", true); });
}

TEST_F(DataGet, TheProgramListsWhatItKnows) {
  const auto r = run({});
  EXPECT_EQ(code(r.status), 0) << r.errors;
  for (const char* part : {"mnist\n", "fashion-mnist\n", "cifar10\n", "licence: MIT"})
    EXPECT_THAT(r.output, HasSubstr(part));
}

TEST_F(DataGet, WhatIsInsideNeedsNothing) {
  const auto r = run({"get", "digits"});
  EXPECT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.output, HasSubstr("sslhost --plugin vat --dataset digits\n"));
  EXPECT_EQ(code(run({"get", "digits", "--to", "x"}).status), 2);
}

TEST_F(DataGet, BadWordsAreRefused) {
  EXPECT_THAT(run({"get", "mnits"}).errors, HasSubstr("did you mean mnist?"));
  for (const std::vector<std::string>& words : {std::vector<std::string>{"get"},
                                                {"get", "x"},
                                                {"get", "mnist", "cifar10"},
                                                {"get", "mnist", "--too", "x"}})
    EXPECT_EQ(code(run(words).status), 2) << words.back();
}

TEST_F(DataGet, OfflineItSaysWhatToPutWhere) {
  const auto r = run({"get", "mnist", "--offline", "--to", (folder_ / "to").string()});
  EXPECT_EQ(code(r.status), 3);
  EXPECT_THAT(r.errors, HasSubstr("4 missing"));
  EXPECT_THAT(r.errors, HasSubstr(std::string("mnist/") + kFirst + " as " +
                                  (folder_ / "to" / kFirst).string()));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "home"));
}

TEST_F(DataGet, WithoutANetworkEveryPlaceIsNamed) {
  setenv("SSLHOST_MIRROR", good_.url("").c_str(), 1);  // which has other bytes
  const auto r = run({"get", "mnist"});
  EXPECT_EQ(code(r.status), 3);
  EXPECT_THAT(r.errors, StartsWith("mnist: 70,000 handwritten digits"));
  for (const char* part :
       {"licence: ", "cite: Y. LeCun", "a file of 300000 bytes instead of 9912422",
        "storage.googleapis.com", "ossci-datasets"})
    EXPECT_THAT(r.errors, HasSubstr(part));
  EXPECT_EQ(good_.requests().at(0).path, std::string("/mnist/") + kFirst);
  EXPECT_THAT(r.output, IsEmpty());
  EXPECT_THAT(names_in(folder_ / "home/mnist"), IsEmpty());
}

TEST_F(DataGet, WithoutAHomeAFolderIsAskedFor) {
  unsetenv("SSLHOST_DATA_HOME");
  const auto r = run_child("/usr/bin/env",
                           {"-u", "HOME", "-u", "XDG_DATA_HOME",
                            built("tests/front/bin/sslhost").string(), "data", "get", "mnist"},
                           std::chrono::seconds(120));
  EXPECT_EQ(code(r.status), 2);
  EXPECT_THAT(r.errors, HasSubstr("--to DIR"));
}

TEST_F(DataGet, AnInterruptOnATerminalKeepsWhatHasArrived) {
  setenv("SSLHOST_MIRROR", stalled_.url("").c_str(), 1);
  const auto program = built("tests/front/bin/sslhost");
  winsize size = {.ws_row = 25, .ws_col = 60, .ws_xpixel = 0, .ws_ypixel = 0};
  int master = -1;
  const pid_t pid = forkpty(&master, nullptr, nullptr, &size);
  if (pid < 0) GTEST_SKIP() << "no pseudo-terminal: " << std::strerror(errno);
  if (pid == 0) {
    setenv("TERM", "xterm", 1);
    execl(program.c_str(), program.c_str(), "data", "get", "mnist", nullptr);
    _exit(127);
  }
  std::string text;
  char buffer[4096];
  bool pressed = false;
  for (ssize_t n = 0; (n = read(master, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<size_t>(n));
    if (!pressed && text.find("1.00 MB of 11.6 MB  8 %") != std::string::npos)
      pressed = kill(pid, SIGINT) == 0;  // a Ctrl-C typed there may take later output along
  }
  close(master);
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_EQ(code(status), 75) << text;
  EXPECT_THAT(text, HasSubstr("\r\033[Kstopped\r\nthe same command again goes on"));
  EXPECT_THAT(names_in(folder_ / "home/mnist"), ElementsAre(std::string(kFirst) + ".part"));
  EXPECT_EQ(std::filesystem::file_size(folder_ / "home/mnist" / (std::string(kFirst) + ".part")),
            1'000'000u);
}

}  // namespace
}  // namespace sslhost::host
