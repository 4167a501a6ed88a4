// SPDX-License-Identifier: Apache-2.0
#include "host/run/run_folder.hpp"

#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "host/storage/atomic_file.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::names_in;
using sslhost::testing::TemporaryFolder;
using sslhost::testing::write_text;
using ::testing::MatchesRegex;

/// Runs `action` in another process and returns its exit code.
template <class F>
int in_other_process(F&& action) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(action());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(RunFolder, IsMadeWithItsParents) {
  TemporaryFolder folder;
  const auto run = RunFolder::create(folder / "runs/deep/first");
  EXPECT_TRUE(std::filesystem::is_directory(run.path()));
  EXPECT_EQ(run.checkpoint(), run.path() / "checkpoint.safetensors");
}

TEST(RunFolder, EmptyFolderServes) {
  TemporaryFolder folder;
  EXPECT_NO_THROW(RunFolder::create(folder.path()));
  EXPECT_NO_THROW(RunFolder::create(folder.path()))
      << "a run that wrote nothing leaves the folder usable";
}

TEST(RunFolder, FolderWithARunIsBusy) {
  TemporaryFolder folder;
  write_text(folder / "run.json", "{}");
  expect_failure(ExitCode::busy, "found a run", [&] { RunFolder::create(folder.path()); });
}

TEST(RunFolder, FolderWithOtherFilesIsBusyAndUntouched) {
  TemporaryFolder folder;
  write_text(folder / "thesis.tex", "years of work");
  expect_failure(ExitCode::busy, "other files (thesis.tex)",
                 [&] { RunFolder::create(folder.path()); });
  EXPECT_THAT(names_in(folder.path()), ::testing::ElementsAre("thesis.tex"));
}

TEST(RunFolder, FileOfThatNameIsBusy) {
  TemporaryFolder folder;
  write_text(folder / "run", "text");
  expect_failure(ExitCode::busy, "a file of that name", [&] { RunFolder::create(folder / "run"); });
}

TEST(RunFolder, SecondProcessIsToldWhoHoldsIt) {
  TemporaryFolder folder;
  const auto run = RunFolder::create(folder / "run");
  const std::string holder = "process " + std::to_string(::getpid());
  const int code = in_other_process([&] {
    try {
      const auto second = RunFolder::create(run.path());
      return 0;
    } catch (const Error& e) {
      return std::string(e.what()).find(holder) != std::string::npos ? static_cast<int>(e.code())
                                                                     : -2;
    }
  });
  EXPECT_EQ(code, static_cast<int>(ExitCode::busy));
}

TEST(RunFolder, IsFreeAgainWhenItsProcessDies) {
  TemporaryFolder folder;
  EXPECT_EQ(in_other_process([&] {
              const auto run = RunFolder::create(folder / "run");
              write_text(run.checkpoint(), "");
              ::_exit(9);  // without the destructor, as a killed process
              return 0;
            }),
            9);
  EXPECT_NO_THROW(RunFolder::resume(folder / "run"));
}

TEST(RunFolder, ResumeNeedsACheckpoint) {
  TemporaryFolder folder;
  expect_failure(ExitCode::storage, "no such folder", [&] { RunFolder::resume(folder / "run"); });
  std::filesystem::create_directory(folder / "run");
  expect_failure(ExitCode::storage, "checkpoint.safetensors",
                 [&] { RunFolder::resume(folder / "run"); });
  EXPECT_TRUE(std::filesystem::is_empty(folder / "run"));
}

TEST(RunFolder, ResumeRefusesLinks) {
  TemporaryFolder elsewhere;
  std::filesystem::create_directory(elsewhere / "pictures");
  write_text(elsewhere / "victim.txt", "theirs");
  for (const char* name :
       {"config.toml", "run.json", "split.json", "checkpoint.safetensors", "model.safetensors",
        "report.html", "metrics.jsonl", "unlabeled_predictions.csv", "pictures"}) {
    TemporaryFolder folder;
    write_text(folder / "checkpoint.safetensors", "");
    std::filesystem::remove(folder / name);
    const bool is_folder = std::string(name) == "pictures";
    std::filesystem::create_symlink(elsewhere / (is_folder ? "pictures" : "victim.txt"),
                                    folder / name);
    expect_failure(ExitCode::storage, "found a link", [&] { RunFolder::resume(folder.path()); });
  }
}

TEST(RunFolder, PicturesAreNotPutThroughALink) {
  TemporaryFolder folder, elsewhere;
  const auto run = RunFolder::create(folder / "run");
  std::filesystem::create_directory_symlink(elsewhere.path(), run.pictures());
  expect_failure(ExitCode::storage, "found a link", [&] { run.make_pictures(); });
}

TEST(RunFolder, ResumeRemovesItsOwnLeftoversOnly) {
  TemporaryFolder folder;
  for (const char* name : {"checkpoint.safetensors", ".model.safetensors.77-3.tmp",
                           ".model.onnx.77-3.tmp", ".notes.77-3.tmp", "notes.txt"})
    write_text(folder / name, "");
  const auto run = RunFolder::resume(folder.path());
  EXPECT_THAT(names_in(folder.path()),
              ::testing::ElementsAre(".notes.77-3.tmp", ".sslhost.lock", "checkpoint.safetensors",
                                     "notes.txt"));
}

TEST(RunFolder, ResumeRemovesLeftoversOfTablesToo) {
  TemporaryFolder folder;
  for (const char* name : {"checkpoint.safetensors", ".unlabeled_predictions.csv.77-3.tmp",
                           "pictures/.mistakes.csv.77-3.tmp", "pictures/.own.txt.77-3.tmp"})
    folder.write(name, "");
  const auto run = RunFolder::resume(folder.path());
  EXPECT_THAT(names_in(folder.path()),
              ::testing::ElementsAre(".sslhost.lock", "checkpoint.safetensors", "pictures"));
  EXPECT_THAT(names_in(run.pictures()), ::testing::ElementsAre(".own.txt.77-3.tmp"));
}

TEST(RunFolder, FreshNamesTellTheRunAndNeverMeet) {
  TemporaryFolder folder;
  const auto first = RunFolder::create_fresh(folder / "runs", "vat", "digits", 7);
  const auto second = RunFolder::create_fresh(folder / "runs", "vat", "digits", 7);
  EXPECT_THAT(first.path().filename().string(), MatchesRegex("vat-digits-s7-[0-9]{8}-[0-9]{6}"));
  EXPECT_NE(first.path(), second.path());
}

}  // namespace
}  // namespace sslhost::host
