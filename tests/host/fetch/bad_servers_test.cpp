// SPDX-License-Identifier: Apache-2.0
// Servers that break off, give something else or stand still; full disks, and ends in the middle.
#include <atomic>

#include <signal.h>
#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "host/fetch/fetch.hpp"
#include "tests/host/fetch/fetching.hpp"
#include "tests/host/storage/small_disk.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::read_text;
using sslhost::testing::write_text;
using testing::Connection;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::head;
using ::testing::IsEmpty;
using testing::Request;
using testing::send_range;
using testing::SmallDisk;
using testing::SmallServer;

class BadServers : public Fetching {
 protected:
  static constexpr int64_t kHalf = 150'000;

  /// Promises everything, sends half.
  void send_half(const Connection& to) const {
    to.send(head(200, body_.size()) + body_.substr(0, kHalf));
  }
  SmallServer good_{[this](const Request& request, const Connection& to) {
    send_range(to, body_, request.from);
  }};
};

TEST_F(BadServers, WhatIsCutInTheMiddleIsContinuedAtOnce) {
  const SmallServer server([this](const Request& request, const Connection& to) {
    request.from == 0 ? send_half(to) : send_range(to, body_, request.from);
  });
  get(wanted({server.url()}));
  EXPECT_EQ(text(), body_);
  ASSERT_EQ(server.requests().size(), 2u);
  EXPECT_EQ(server.requests()[1].from, kHalf);
}

TEST_F(BadServers, WhatIsCutIsContinuedFromAnotherMirror) {
  const SmallServer server([this](const Request& request, const Connection& to) {
    if (request.from == 0) send_half(to);
  });
  get(wanted({server.url(), good_.url()}));
  EXPECT_EQ(text(), body_);
  EXPECT_EQ(good_.requests()[0].from, kHalf);
}

TEST_F(BadServers, ABeginningIsKeptForTheNextTime) {
  const SmallServer server([this](const Request& request, const Connection& to) {
    if (request.from == 0) send_half(to);
  });
  expect_failure(ExitCode::data, "150000 bytes are kept in " + part_.string(),
                 [&] { get(wanted({server.url()})); });
  EXPECT_THAT(left(), ElementsAre("file.part"));
  get(wanted({good_.url()}));
  EXPECT_EQ(text(), body_);
  EXPECT_EQ(good_.requests()[0].from, kHalf);
}

TEST_F(BadServers, AMirrorThatAlwaysBreaksOffIsGivenUp) {
  // A server without ranges, which brings half of the file whenever it is asked.
  const SmallServer server([this](const Request&, const Connection& to) { send_half(to); });
  expect_failure(ExitCode::data, server.url(), [&] { get(wanted({server.url()})); });
  EXPECT_LE(server.requests().size(), 6u);
}

TEST_F(BadServers, WrongBytesAreNotKept) {
  const SmallServer server([this](const Request&, const Connection& to) {
    to.send(head(200, body_.size()) + std::string(body_.size(), 'x'));
  });
  expect_failure(ExitCode::data, "another file: its SHA-256 is ",
                 [&] { get(wanted({server.url()})); });
  EXPECT_THAT(left(), IsEmpty());
  EXPECT_EQ(server.requests().size(), 1u);
  get(wanted({server.url(), good_.url()}));
  EXPECT_EQ(text(), body_);
}

TEST_F(BadServers, APageInsteadOfTheFileDoesNotCostTheBeginning) {
  // As a hotel's network answers, to whatever is asked.
  const SmallServer page(
      [](const Request&, const Connection& to) { to.send(head(200, 5) + "login"); });
  write_text(part_, body_.substr(0, kHalf));
  expect_failure(ExitCode::data, "a file of 5 bytes instead of 300000",
                 [&] { get(wanted({page.url()})); });
  EXPECT_EQ(read_text(part_), body_.substr(0, kHalf));
  const SmallServer other([this](const Request&, const Connection& to) {
    to.send(head(206, 5, "Content-Range: bytes 0-4/5\r\n") + "login");
  });
  expect_failure(ExitCode::data, "another range", [&] { get(wanted({other.url()})); });
  EXPECT_EQ(read_text(part_), body_.substr(0, kHalf));
}

TEST_F(BadServers, MoreBytesThanTheFileHasAreNotTaken) {
  const SmallServer endless([](const Request&, const Connection& to) {
    to.send("HTTP/1.1 200 Words\r\nConnection: close\r\n\r\n");  // no length
    for (int i = 0; i < 100; ++i) to.send(std::string(100'000, 'x'));
  });
  expect_failure(ExitCode::data, "more than 300000 bytes", [&] { get(wanted({endless.url()})); });
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(BadServers, AnAnswerThatIsNoHttpIsSaid) {
  const SmallServer server([](const Request&, const Connection& to) { to.send("220 mail\r\n"); });
  expect_failure(ExitCode::data, server.url() + ": ", [&] { get(wanted({server.url()})); });
}

TEST_F(BadServers, AServerThatStandsStillIsLeft) {
  const SmallServer silent([](const Request&, const Connection& to) { to.wait(); });
  const SmallServer stalled([this](const Request&, const Connection& to) {
    send_half(to);
    to.wait();
  });
  const Limits limits{.stall = std::chrono::seconds(1), .slowest = 100'000'000};
  expect_failure(ExitCode::data, "Operation too slow",
                 [&] { get(wanted({silent.url()}), limits); });
  get(wanted({stalled.url(), good_.url()}), limits);
  EXPECT_EQ(text(), body_);
  EXPECT_EQ(good_.requests()[0].from, kHalf);
}

TEST_F(BadServers, RedirectsInACircleEnd) {
  const SmallServer circle(
      [](const Request&, const Connection& to) { to.send(head(302, 0, "Location: /again\r\n")); });
  expect_failure(ExitCode::data, "redirects", [&] { get(wanted({circle.url()})); });
}

TEST_F(BadServers, AFullDiskIsFoundOutBeforeTheFirstByte) {
  const SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << disk.why_not();
  const auto place = disk.path() / "file";
  const auto error = failure_of(
      [&] { fetch(wanted({good_.url()}), place, [](int64_t, int64_t) { return true; }, false); });
  EXPECT_EQ(error.code(), ExitCode::storage);
  EXPECT_THAT(error.parts().found, HasSubstr("No space left on device (300000 bytes needed, "));
  EXPECT_THAT(good_.requests(), IsEmpty());
  EXPECT_THAT(sslhost::testing::names_in(disk.path()), IsEmpty());
}

TEST_F(BadServers, ADiskThatFillsUpIsNoFaultOfTheMirror) {
  const SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << disk.why_not();
  auto file = wanted({good_.url()});
  file.size = -1;
  expect_failure(ExitCode::storage, "No space left on device", [&] {
    fetch(file, disk.path() / "file", [](int64_t, int64_t) { return true; }, false);
  });
  EXPECT_THAT(sslhost::testing::names_in(disk.path()), ElementsAre("file.part"));
}

TEST_F(BadServers, StoppingKeepsTheBeginning) {
  const SmallServer stalled([this](const Request&, const Connection& to) {
    send_half(to);
    to.wait();
  });
  const auto until_half = [](int64_t done, int64_t) { return done < kHalf; };
  expect_failure(ExitCode::stopped, "goes on where it stopped",
                 [&] { fetch(wanted({stalled.url()}), place_, until_half, false); });
  EXPECT_EQ(read_text(part_), body_.substr(0, kHalf));
}

TEST_F(BadServers, AfterAKillTheNextCallGoesOn) {
  const SmallServer stalled([this](const Request&, const Connection& to) {
    send_half(to);
    to.wait();
  });
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    fetch(
        wanted({stalled.url()}), place_,
        [&](int64_t done, int64_t) { return done < kHalf || write(ends[1], "x", 1) == 1; }, false);
    _exit(0);
  }
  char byte;
  ASSERT_EQ(read(ends[0], &byte, 1), 1);  // half has arrived
  kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  close(ends[0]);
  close(ends[1]);
  EXPECT_THAT(left(), ElementsAre("file.part"));
  get(wanted({good_.url()}));
  EXPECT_EQ(text(), body_);
  EXPECT_EQ(good_.requests()[0].from, kHalf);
}

TEST_F(BadServers, OfTwoThatFetchOneFileOneWaits) {
  std::atomic<bool> other_waits = false;
  const SmallServer server([&](const Request&, const Connection& to) {
    send_half(to);
    while (!other_waits) std::this_thread::yield();
    to.send(std::string_view(body_).substr(kHalf));
  });
  std::thread other;
  const auto begun = [&](int64_t done, int64_t) {
    if (done > 0 && !other.joinable())
      other = std::thread([&] {
        fetch(
            wanted({server.url()}), place_,
            [&](int64_t, int64_t) {
              other_waits = true;
              return true;
            },
            false);
      });
    return true;
  };
  fetch(wanted({server.url()}), place_, begun, false);
  other.join();
  EXPECT_EQ(text(), body_);
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_THAT(left(), ElementsAre("file"));
}

TEST_F(BadServers, AMirrorIsNotAskedForALinkThatIsNotOurs) {
  const auto elsewhere = folder_.write("elsewhere", "precious");
  std::filesystem::create_symlink(elsewhere, part_);
  expect_failure(ExitCode::storage, part_.string(), [&] { get(wanted({good_.url()})); });
  EXPECT_EQ(read_text(elsewhere), "precious");
}

}  // namespace
}  // namespace sslhost::host
