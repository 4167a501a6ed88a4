// SPDX-License-Identifier: Apache-2.0
// A plugin that asks for more memory than there is, under a limit that stands for a small machine.
#include "tests/host/commands/program.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class MemoryOfPlugins : public Program {
 protected:
  ~MemoryOfPlugins() override { unsetenv("FAILS_IN"); }

  /// Trains with 3 GB of data pages at most.
  static ChildResult training(const char* call, const char* how, const std::string& iterations) {
    setenv("FAILS_IN", call, 1);
    setenv("FAILS_HOW", how, 1);
    std::filesystem::remove_all("run");
    return run_child("/bin/sh",
                     {"-c",
                      "ulimit -d 3000000; exec \"$0\" \"$@\"",
                      program().string(),
                      "--plugin",
                      "fails",
                      "--plugin-dir",
                      built("tests/bad_plugins").string(),
                      "--model",
                      "mlp-16",
                      "--iterations",
                      iterations,
                      "--log-every",
                      "5",
                      "--threads",
                      "1",
                      "--pictures",
                      "false",
                      "--out",
                      "run",
                      "--quiet"},
                     std::chrono::minutes(4));
  }
};

TEST_F(MemoryOfPlugins, ATensorThatCannotFitIsNamedWithItsCallBeforeTheSystemKills) {
  for (const auto& [call, place] : {std::pair("build", "in build: a tensor"),
                                    {"begin", "in begin: a tensor"},
                                    {"step", "in step, iteration 4: a tensor"}}) {
    const auto r = training(call, "allocates-4-gb", "12");
    EXPECT_EQ(code(r.status), 7) << r.errors;
    EXPECT_THAT(r.errors,
                AllOf(HasSubstr(std::string("error: plugin fails, ") + place),
                      HasSubstr("found     4.0 GB wanted"), HasSubstr("are left under ulimit -d")));
  }
}

TEST_F(MemoryOfPlugins, AStateThatCannotFitIsNamed) {
  const auto r = training("state", "keeps-a-large-one", "12");
  EXPECT_EQ(code(r.status), 7) << r.errors;
  EXPECT_THAT(r.errors, AllOf(HasSubstr("error: plugin fails, in build: state 'large'"),
                              HasSubstr("found     4.0 GB wanted")));
}

TEST_F(MemoryOfPlugins, MemoryThatGrowsWithEachStepIsToldBeforeItIsFull) {
  const auto r = training("each step", "keeps-memory", "3000");
  EXPECT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.errors, AllOf(HasSubstr("memory grows by 4.0 MB an iteration"),
                              HasSubstr("that are left under ulimit -d last for about")));
  EXPECT_THAT(training("each step", "prints", "100").errors, Not(HasSubstr("memory")));
}

}  // namespace
}  // namespace sslhost::host
