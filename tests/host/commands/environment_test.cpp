// SPDX-License-Identifier: Apache-2.0
// What the environment of the program may change, and what not.
#include "tests/host/commands/program.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Convolutions on a batch for which two threads are worth it.
Arguments convolutions(const std::string& out) {
  return {"--plugin", "vat", "--model",           "cnn-3x3", "--labels",     "100",
          "--batch",  "32",  "--unlabeled-batch", "600",     "--iterations", "1",
          "--out",    out,   "--pictures",        "false"};
}

/// Runs under `env NAME=VALUE...`.
class Environment : public Program {
 protected:
  static ChildResult run_with(Arguments variables, const Arguments& arguments) {
    variables.push_back(program());
    return run_child("/usr/bin/env", variables + arguments, std::chrono::minutes(4));
  }
};

TEST_F(Environment, TeamsOfThreadsAreWholeWhateverItSays) {
  const Arguments two = {"--threads", "2"};
  ASSERT_EQ(code(run_with({}, convolutions("plain") + two).status), 0);
  const auto plain = read_text("plain/model.safetensors");
  for (const std::string variable : {"OMP_DYNAMIC=true", "OMP_MAX_ACTIVE_LEVELS=0"}) {
    const auto r = run_with({variable}, convolutions(variable) + two);
    ASSERT_EQ(code(r.status), 0) << r.errors;
    EXPECT_TRUE(read_text(variable + "/model.safetensors") == plain) << variable;
  }
}

TEST_F(Environment, ALimitOfThreadsIsTheirNumber) {
  const auto limited = run_with({"-u", "OMP_NUM_THREADS", "OMP_THREAD_LIMIT=1"}, convolutions("a"));
  ASSERT_EQ(code(limited.status), 0) << limited.errors;
  ASSERT_EQ(code(run_with({}, convolutions("b") + Arguments{"--threads", "1"}).status), 0);
  EXPECT_TRUE(read_text("a/model.safetensors") == read_text("b/model.safetensors"));

  const auto r = run_with({"OMP_THREAD_LIMIT=1"}, convolutions("c") + Arguments{"--threads", "2"});
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::device));
  EXPECT_THAT(r.errors, HasSubstr("OMP_THREAD_LIMIT=1"));
  EXPECT_FALSE(std::filesystem::exists("c"));
}

TEST_F(Environment, VariablesThatChooseKernelsAreSaidAndRecorded) {
  const auto r = run_with({"ATEN_CPU_CAPABILITY=avx2"}, small_run(5, "run"));
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.errors, HasSubstr("ATEN_CPU_CAPABILITY=avx2 in the environment"));
  EXPECT_EQ(nlohmann::json::parse(read_text("run/run.json"))["device"]["ATEN_CPU_CAPABILITY"],
            "avx2");
}

TEST_F(Environment, ARunThatGoesOnWithOtherKernelsSaysSo) {
  result_of(small_run(5, "run"));
  EXPECT_THAT(run({"--resume", "run"}).errors, Not(HasSubstr("was begun with")));
  const auto r = run_with({"ATEN_CPU_CAPABILITY=avx2"}, {"--resume", "run"});
  EXPECT_EQ(code(r.status), 0);
  EXPECT_THAT(r.errors, HasSubstr("warning: the run was begun with cpu, "));
}

}  // namespace
}  // namespace sslhost::host
