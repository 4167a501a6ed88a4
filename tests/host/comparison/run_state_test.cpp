// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/run_state.hpp"

#include <gmock/gmock.h>

#include "tests/host/comparison/plans.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

class RunStateTest : public ::testing::Test {
 protected:
  RunStateTest() { plan_.folder = folder_.path(); }
  std::string name(const char* file) const { return plan_.runs[0].name + "/" + file; }
  RunState state() const { return known_run(plan_, plan_.runs[0]).state; }
  void write_record(RunRecord::Status status, int64_t iterations) {
    RunRecord record;
    record.status = status;
    record.method = "vat";
    record.dataset = "digits";
    record.options = {{"iterations", iterations, "--iterations"},
                      {"labels", int64_t{50}, "--labels"},
                      {"seed", int64_t{0}, "--seed"}};
    record.data.classes = {"a", "b"};
    if (status == RunRecord::Status::finished) {
      record.results = RunRecord::Results();
      record.results->per_class.resize(2);
      record.results->confusion.resize(4);
    }
    folder_.write(name("run.json"), to_json(record));
  }

  ComparisonPlan plan_ = made_up_plan({{"vat", {""}}}, {50}, 1);
  testing::TemporaryFolder folder_;
};

TEST_F(RunStateTest, FollowsFromWhatLiesInTheFolder) {
  EXPECT_EQ(state(), RunState::missing);
  folder_.write(name(".sslhost.lock"), "1\n");
  EXPECT_EQ(state(), RunState::missing) << "it is locked before anything is written";
  folder_.write(name("config.toml"), "");
  EXPECT_EQ(state(), RunState::unbegun);
  write_record(RunRecord::Status::running, 30);
  EXPECT_EQ(state(), RunState::unbegun);
  folder_.write(name("checkpoint.safetensors"), "");
  EXPECT_EQ(state(), RunState::stopped);
  write_record(RunRecord::Status::finished, 30);
  EXPECT_EQ(state(), RunState::finished);
}

TEST_F(RunStateTest, OtherOptionsAreRefused) {
  write_record(RunRecord::Status::finished, 40);
  expect_failure(ExitCode::storage, "iterations = 40 instead of 30", [&] { state(); });
}

TEST_F(RunStateTest, ADamagedRecordIsRefusedWithItsName) {
  write_record(RunRecord::Status::finished, 30);
  auto text = testing::read_text(folder_ / name("run.json"));
  folder_.write(name("run.json"), text.substr(0, text.size() / 2));
  expect_failure(ExitCode::storage, "run.json", [&] { state(); });
}

TEST_F(RunStateTest, SomethingElseInItsPlaceIsRefused) {
  folder_.write(plan_.runs[0].name, "a file");
  expect_failure(ExitCode::storage, "a file", [&] { state(); });
}

TEST_F(RunStateTest, OnlyWhatARunWroteIsCleared) {
  folder_.write(name("config.toml"), "");
  folder_.write(name(".run.json.aB12.tmp"), "");
  folder_.write(name("notes.txt"), "somebody's own");
  const auto folder = plan_.folder_of(plan_.runs[0]);
  expect_failure(ExitCode::storage, "notes.txt", [&] { clear_unbegun(folder); });
  EXPECT_TRUE(std::filesystem::exists(folder / "config.toml"));
  std::filesystem::remove(folder / "notes.txt");
  clear_unbegun(folder);
  EXPECT_FALSE(std::filesystem::exists(folder));
}

}  // namespace
}  // namespace sslhost::host
