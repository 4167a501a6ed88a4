// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/journal.hpp"

#include <chrono>
#include <csignal>
#include <random>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/labeling/journal_line.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::read_text;
using sslhost::testing::TemporaryFolder;
using sslhost::testing::write_text;

Step step(int64_t number) {
  return {.number = number,
          .at = "2026-11-29T22:10:05Z",
          .what = Step::What::answer,
          .changes = {{"a \"1\"/ü.jpg", {Answer::Kind::label, "cat, gray"}, {}},
                      {"b.jpg", {Answer::Kind::unsure}, {Answer::Kind::label, "?"}}}};
}

TEST(JournalLine, ComesBackAsItWas) {
  auto rename = step(2);
  rename.what = Step::What::rename;
  rename.from = "bee";
  rename.to = "bees\\";
  const Step undo = {.number = 3, .at = "", .what = Step::What::undo, .of = 2};
  for (const auto& one : {step(1), rename, undo}) EXPECT_EQ(step_of(line_of(one)), one);
}

TEST(JournalLine, CutOrChangedAnywhereIsNone) {
  const auto line = line_of(step(1));
  for (size_t i = 0; i < line.size(); ++i) EXPECT_FALSE(step_of(line.substr(0, i))) << i;
  for (size_t i = 0; i < line.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      auto other = line;
      other[i] = static_cast<char>(other[i] ^ (1 << bit));
      EXPECT_FALSE(step_of(other)) << other;
    }
}

TEST(Journal, IsReadAgain) {
  const TemporaryFolder folder;
  {
    Journal journal(folder.path());
    EXPECT_TRUE(journal.steps().empty());
    journal.append(step(1));
    journal.append(step(2));
  }
  Journal again(folder.path());
  EXPECT_THAT(again.steps(), ::testing::ElementsAre(step(1), step(2)));
  again.append(step(3));
  EXPECT_EQ(read_journal(journal_path(folder.path())).steps.size(), 3u);
}

TEST(Journal, CutAtAnyByteKeepsAllWholeLinesAndGoesOn) {
  const TemporaryFolder folder;
  const auto path = journal_path(folder.path());
  const auto first = line_of(step(1)) + "\n", second = line_of(step(2)) + "\n";
  for (size_t length = 0; length <= second.size(); ++length) {
    write_text(path, first + second.substr(0, length));
    const bool whole = length == second.size();
    {
      Journal journal(folder.path());
      EXPECT_EQ(journal.steps().size(), whole ? 2u : 1u) << length;
      EXPECT_EQ(journal.was_cut(), !whole && length > 0) << length;
      journal.append(step(whole ? 3 : 2));
    }
    EXPECT_EQ(read_text(path), first + second + (whole ? line_of(step(3)) + "\n" : ""));
  }
}

TEST(Journal, ZerosOfAPowerFailureAtTheEndAreCutOff) {
  const TemporaryFolder folder;
  const auto path = journal_path(folder.path());
  const auto first = line_of(step(1)) + "\n";
  write_text(path, first + std::string(4096, '\0'));
  EXPECT_EQ(Journal(folder.path()).steps().size(), 1u);
  EXPECT_EQ(read_text(path), first);
}

TEST(Journal, DamageInTheMiddleIsAnError) {
  const TemporaryFolder folder;
  const auto path = journal_path(folder.path());
  const auto good = line_of(step(1)) + "\n" + line_of(step(2)) + "\n";
  auto text = good;
  text[20] ^= 1;
  write_text(path, text);
  expect_failure(ExitCode::storage, "line 1", [&] { Journal(folder.path()); });
  EXPECT_EQ(read_text(path), text);
  write_text(path, line_of(step(2)) + "\n");
  expect_failure(ExitCode::storage, "step 2", [&] { Journal(folder.path()); });
}

TEST(Journal, OneProcessAtATime) {
  const TemporaryFolder folder;
  const Journal journal(folder.path());
  expect_failure(ExitCode::busy, "another `sslhost label`", [&] { Journal(folder.path()); });
}

TEST(Journal, LinkInItsPlaceIsRefused) {
  const TemporaryFolder folder;
  const auto target = folder.write("elsewhere", "mine");
  std::filesystem::create_symlink(target, journal_path(folder.path()));
  expect_failure(ExitCode::storage, "journal", [&] { Journal(folder.path()); });
  EXPECT_EQ(read_text(target), "mine");
}

TEST(Journal, FailedAppendLeavesItAsItWas) {
  const TemporaryFolder folder;
  Journal journal(folder.path());
  journal.append(step(1));
  const auto before = read_text(journal_path(folder.path()));
  // A limit on the size of files stands for a full disk.
  struct rlimit old = {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
  auto small = old;
  small.rlim_cur = before.size() + 10;
  std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  expect_failure(ExitCode::storage, "journal", [&] { journal.append(step(2)); });
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &old), 0);
  EXPECT_EQ(read_text(journal_path(folder.path())), before);
  journal.append(step(2));
  EXPECT_EQ(read_journal(journal_path(folder.path())).steps.size(), 2u);
}

/// Appends until it is killed; tells the number of each confirmed step.
[[noreturn]] void write_for_ever(const std::filesystem::path& folder, int tell) {
  Journal journal(folder);
  for (auto number = std::ssize(journal.steps()) + 1;; ++number) {
    journal.append(step(number));
    if (::write(tell, &number, sizeof number) != sizeof number) ::_exit(1);
  }
}

TEST(Journal, KilledAtAnyMomentLosesNothingConfirmed) {
  const TemporaryFolder folder;
  std::mt19937 random(1);
  int64_t confirmed = 0;
  for (int round = 0; round < 50; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) write_for_ever(folder.path(), ends[1]);
    ::close(ends[1]);
    // Some answers, and then a moment within the next one.
    for (auto wanted = 1 + random() % 20; wanted > 0; --wanted) {
      ASSERT_EQ(::read(ends[0], &confirmed, sizeof confirmed), ssize_t{sizeof confirmed});
    }
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::microseconds(random() % 1500);
    while (std::chrono::steady_clock::now() < until) continue;
    ::kill(child, SIGKILL);
    while (::read(ends[0], &confirmed, sizeof confirmed) == ssize_t{sizeof confirmed}) continue;
    ::close(ends[0]);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    const Journal journal(folder.path());
    EXPECT_GE(std::ssize(journal.steps()), confirmed);
    EXPECT_LE(std::ssize(journal.steps()), confirmed + 1);
  }
}

}  // namespace
}  // namespace sslhost::host
