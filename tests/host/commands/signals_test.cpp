// SPDX-License-Identifier: Apache-2.0
// Signals in the ways in which service managers, batch systems and limits send them.
#include "tests/host/commands/running_program.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Signals : public Program {
 protected:
  /// Far from its end when the signal comes.
  RunningProgram training(const std::string& out) const {
    return RunningProgram(program(), small_run(1000000, out) + Arguments{"--eval-every", "500000"},
                          path("running").string());
  }
};

TEST_F(Signals, OneThatReachesBothProgramsIsOneRequest) {
  for (int i = 0; i < 3; ++i) {
    const auto name = "run" + std::to_string(i);
    auto running = training(name);
    ASSERT_TRUE(running.until_started()) << running.errors();
    const pid_t worker = running.worker();
    running.send(SIGTERM);
    kill(worker, SIGTERM);
    EXPECT_EQ(code(running.wait()), 75) << running.errors();
  }
}

TEST_F(Signals, AllThatAskForAnEndLeaveACheckpoint) {
  for (const int signal : {SIGHUP, SIGXCPU, SIGUSR1, SIGUSR2}) {
    const auto name = "run" + std::to_string(signal);
    auto running = training(name);
    ASSERT_TRUE(running.until_started()) << running.errors();
    kill(running.worker(), signal);
    EXPECT_EQ(code(running.wait()), 75) << signal << running.errors();
    EXPECT_THAT(running.errors(), HasSubstr("sslhost --resume " + name));
    EXPECT_THAT(running.errors(), Not(HasSubstr("author")));
  }
}

TEST_F(Signals, AReaderThatGoesAwayEndsThePrintingAndNotTheRun) {
  auto arguments = Arguments{"-c", "\"$@\" 2>&1 | head -1; exit ${PIPESTATUS[0]}", "bash"};
  arguments.push_back(program());
  const auto r =
      run_child("/bin/bash", arguments + small_run(200, "run") + Arguments{"--eval-every", "10"},
                std::chrono::minutes(4));
  EXPECT_EQ(code(r.status), 0) << r.output;
  EXPECT_EQ(nlohmann::json::parse(read_text("run/run.json"))["status"], "finished");
}

}  // namespace
}  // namespace sslhost::host
