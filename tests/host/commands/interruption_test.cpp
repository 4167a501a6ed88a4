// SPDX-License-Identifier: Apache-2.0
// Runs that are stopped, killed, crowded out or left without disk: none loses what it had, and each
// goes on to the very weights of a run that was left in peace.
#include "sslhost/training/integers.hpp"

#include "tests/host/commands/running_program.hpp"
#include "tests/host/storage/small_disk.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Interruption : public Program {
 protected:
  static size_t lines_of_metrics(const std::string& run) {
    const auto file = run + "/metrics.jsonl";
    if (!std::filesystem::exists(file)) return 0;
    const auto text = read_text(file);
    return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
  }
  RunningProgram start(const Arguments& arguments) const {
    return RunningProgram(program(), arguments, path("running").string());
  }
  /// Long, with a line of metrics and so a sign of life in every iteration.
  static Arguments watched_run(const std::string& out) {
    return small_run(1200, out) + Arguments{"--log-every", "1", "--checkpoint-every", "20"};
  }
};

TEST_F(Interruption, TheFirstSignalStopsTheRunAndResumeFinishesItToTheSameBits) {
  result_of(watched_run("whole"));
  for (const int signal : {SIGINT, SIGTERM}) {
    const auto name = "stopped by " + std::to_string(signal);
    auto training = start(watched_run(name));
    ASSERT_TRUE(training.until([&] { return lines_of_metrics(name) >= 30; })) << training.errors();
    training.send(signal);
    ASSERT_EQ(code(training.wait()), 75) << training.errors();
    EXPECT_THAT(training.errors(), HasSubstr("sslhost --resume '" + name + "'"));
    EXPECT_THAT(training.errors(), Not(HasSubstr("error:")));  // it was asked for
    EXPECT_LT(lines_of_metrics(name), 1200u);
    EXPECT_FALSE(std::filesystem::exists(name + "/model.safetensors"));
    result_of({"--resume", name});
    expect_same_end(name, "whole");
  }
}

TEST_F(Interruption, TheSecondSignalEndsItAtOnceAndTheRunCanBeResumed) {
  result_of(watched_run("whole"));
  auto training = start(watched_run("run"));
  ASSERT_TRUE(training.until([&] { return lines_of_metrics("run") >= 30; })) << training.errors();
  kill(training.worker(), SIGSTOP);  // or it would answer the first signal before the second comes
  training.send(SIGINT);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));  // two presses, not one
  training.send(SIGTERM);
  EXPECT_EQ(code(training.wait()), 128 + SIGTERM);
  result_of({"--resume", "run"});
  expect_same_end("run", "whole");
}

TEST_F(Interruption, KilledAtTwentyRandomMomentsItStillEndsInTheSameBits) {
  const auto command = small_run(1500, "run") + Arguments{"--checkpoint-every", "7"};
  auto whole = command;
  whole[whole.size() - 3] = "whole";
  result_of(whole);

  // Moments from the first instruction of the worker to well inside training, however slow the
  // machine is now.
  const auto begin = std::chrono::steady_clock::now();
  auto training = std::make_unique<RunningProgram>(program(), command, path("running").string());
  ASSERT_TRUE(training->until_started()) << training->errors();
  const auto longest = 2 * (std::chrono::steady_clock::now() - begin);

  random::Integers moments(20);
  int finished = 0;
  for (int kills = 0; kills < 20;) {
    std::this_thread::sleep_for(longest * (kills == 0 ? 0.05 : moments.unit()));
    const pid_t worker = training->worker();
    const bool killed = worker != 0 && kill(worker, SIGKILL) == 0;
    const int status = code(training->wait());
    if (killed && status != 0) {
      ++kills;
      EXPECT_EQ(status, 128 + SIGKILL) << training->errors();
      EXPECT_THAT(training->errors(), HasSubstr("SIGKILL"));
    }
    if (status == 0) {  // it was done before: the next round begins anew
      expect_same_end("run", "whole");
      ++finished;
      std::filesystem::remove_all("run");
      training = std::make_unique<RunningProgram>(program(), command, path("running").string());
      ASSERT_TRUE(training->until_started()) << training->errors();
    } else {
      training = std::make_unique<RunningProgram>(program(), Arguments{"--resume", "run"},
                                                  path("running").string());
    }
  }
  ASSERT_EQ(code(training->wait()), 0) << training->errors();
  expect_same_end("run", "whole");
  RecordProperty("finished_between_kills", finished);
}

TEST_F(Interruption, ASecondProcessInTheSameFolderIsTurnedAway) {
  auto training = start(small_run(1000000, "run") + Arguments{"--eval-every", "500000"});
  ASSERT_TRUE(training.until_started()) << training.errors();
  const auto second = run(small_run(5, "run"));
  EXPECT_EQ(code(second.status), static_cast<int>(ExitCode::busy)) << second.errors;
  const auto resumed = run({"--resume", "run"});
  EXPECT_EQ(code(resumed.status), static_cast<int>(ExitCode::busy)) << resumed.errors;
  EXPECT_THAT(resumed.errors, HasSubstr("in use by process " + std::to_string(training.worker())));
  EXPECT_FALSE(training.ended()) << training.errors();
}

TEST_F(Interruption, AFullDiskEndsTheRunAndLeavesTheCheckpointBefore) {
  const host::testing::SmallDisk disk(4 << 20);
  if (!disk.mounted()) GTEST_SKIP() << disk.why_not();
  const auto on_disk = (disk.path() / "run").string();
  result_of(watched_run("whole"));
  auto training = start(watched_run(on_disk));
  ASSERT_TRUE(training.until([&] { return lines_of_metrics(on_disk) >= 50; })) << training.errors();
  // Another program's file takes all there is, and what the run gives free.
  const auto ballast = disk.path() / "ballast";
  const int file = open(ballast.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const std::string block(4096, 'x');
  training.until([&] {
    while (write(file, block.data(), block.size()) > 0) continue;  // at once: the run is short
    return training.ended();
  });
  close(file);
  ASSERT_EQ(code(training.wait()), static_cast<int>(ExitCode::storage)) << training.errors();
  EXPECT_THAT(training.errors(), HasSubstr("error: " + on_disk));
  EXPECT_THAT(training.errors(), HasSubstr("No space left"));
  std::filesystem::remove(ballast);
  result_of({"--resume", on_disk});
  expect_same_end(on_disk, "whole");
}

}  // namespace
}  // namespace sslhost::host
