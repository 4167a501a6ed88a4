// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/training.hpp"

#include <chrono>

#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::TemporaryFolder;
using ::testing::HasSubstr;

/// With a program in the place of sslhost that does what a script says.
class TrainingTest : public ::testing::Test {
 protected:
  TrainingTest() {
    for (const auto* name : {"p/a.gif", "p/b.gif"}) folder_.write(name, "GIF89a\x01");
    session_ = std::make_unique<Session>(read_pictures(folder_ / "p"), false);
  }
  void program(const std::string& script) const {
    folder_.write("program", "#!/bin/sh\n" + script);
    std::filesystem::permissions(folder_ / "program", std::filesystem::perms::owner_all);
  }
  /// When it has come to an end; a hang ends with the test's time limit.
  static Training::State wait(const Training& training) {
    for (;;) {
      auto state = training.state();
      if (state.stage == Training::Stage::done || state.stage == Training::Stage::failed)
        return state;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  const TemporaryFolder folder_;
  std::unique_ptr<Session> session_;
};

TEST_F(TrainingTest, TrainsOnTheTableAndPredictsAllPictures) {
  program(R"(
case $1 in
  train) test -s "$3/labels.csv" || exit 1
         echo '{"run": "the run", "test_error": 0.125, "test_samples": 8}' ;;
  predict) echo path,class,probability,error
           echo "$3/b.gif,cat,0.75," ;;
esac
)");
  session_->answer({0}, {Answer::Kind::label, "cat"});
  Training training(*session_, folder_ / "program");
  EXPECT_EQ(training.state().stage, Training::Stage::none);
  training.start();
  const auto state = wait(training);
  ASSERT_EQ(state.stage, Training::Stage::done) << state.words;
  EXPECT_EQ(state.words,
            "test error 12.5 %, 1 of 8 labels that were held out (95 % interval 2.2 to 47 %)");
  EXPECT_EQ(state.run, "the run");
  ASSERT_EQ(state.predictions->size(), 2u);
  EXPECT_EQ((*state.predictions)[1].label, "cat");
  EXPECT_DOUBLE_EQ((*state.predictions)[1].probability, 0.75);
  training.start();  // and again
  EXPECT_EQ(wait(training).stage, Training::Stage::done);
}

TEST_F(TrainingTest, APictureThatCannotBeReadIsNoFailure) {
  const std::string trained = R"(
case $1 in
  train) echo '{"run": "the run", "test_error": 0, "test_samples": 5}' ;;
  predict) echo 'warning: 1 of 2 files predicted; 1 could not be read' >&2
)";
  program(
      trained +
      R"(           printf 'path,class,probability,error\n%s/a.gif,,,torn\n%s/b.gif,cat,0.75,\n' "$3" "$3"
           exit 3 ;;
esac
)");
  Training training(*session_, folder_ / "program");
  training.start();
  auto state = wait(training);
  ASSERT_EQ(state.stage, Training::Stage::done) << state.words;
  EXPECT_THAT(state.words, HasSubstr("0 of 5 labels that were held out (95 % interval 0 to 43 %)"));
  EXPECT_EQ((*state.predictions)[0].label, "");
  EXPECT_EQ((*state.predictions)[1].label, "cat");
  program(trained + "exit 3 ;;\nesac\n");  // nothing could be predicted
  training.start();
  state = wait(training);
  EXPECT_EQ(state.stage, Training::Stage::failed);
  EXPECT_THAT(state.words, HasSubstr("1 could not be read"));
}

TEST_F(TrainingTest, WhatTheProgramSaysOfAFailureIsKept) {
  program("echo 'sslhost: error: one class alone' >&2\necho 'next: label more' >&2\nexit 3\n");
  Training training(*session_, folder_ / "program");
  training.start();
  auto state = wait(training);
  EXPECT_EQ(state.stage, Training::Stage::failed);
  EXPECT_EQ(state.words, "one class alone");
  program("echo no JSON\n");
  training.start();
  state = wait(training);
  EXPECT_EQ(state.stage, Training::Stage::failed);
  EXPECT_THAT(state.words, HasSubstr("parse error"));
}

TEST_F(TrainingTest, IsStoppedAndOneAtATime) {
  program("echo 'iteration 1' >&2\nexec sleep 600\n");
  Training training(*session_, folder_ / "program");
  training.start();
  expect_failure(ExitCode::usage, "one that is at work", [&] { training.start(); });
  while (training.state().words != "iteration 1")
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  training.cancel();
  const auto state = wait(training);
  EXPECT_EQ(state.stage, Training::Stage::failed);
  EXPECT_EQ(state.words, "stopped");
}

TEST_F(TrainingTest, EndsWithItsOwner) {
  program("exec sleep 600\n");
  Training training(*session_, folder_ / "program");
  training.start();
}

}  // namespace
}  // namespace sslhost::host
