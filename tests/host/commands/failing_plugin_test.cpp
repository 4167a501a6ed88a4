// SPDX-License-Identifier: Apache-2.0
// A plugin that fails in any of its calls, in any way: sslhost lives, and names plugin, call and
// iteration.
#include "tests/host/commands/program.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct Call {
  const char* name;
  const char* iteration;  ///< as errors say it; empty: in none
  bool trains;            ///< an Error of its own has its place
};

void PrintTo(const Call& call, std::ostream* out) { *out << call.name; }

// Evaluation, figures and diagnoses come after the sixth of twelve iterations.
constexpr Call kCalls[] = {{"load", "", false},
                           {"describe", "", false},
                           {"make", "", false},
                           {"phases", "", false},
                           {"build", "", false},
                           {"begin", "", true},
                           {"prepare", "", true},
                           {"refresh", ", iteration 4", true},
                           {"step", ", iteration 4", true},
                           {"predict", "", true},
                           {"figures", ", iteration 6", true},
                           {"diagnose", ", iteration 6", true},
                           {"its destructor", "", true}};

class FailingPlugin : public Program, public ::testing::WithParamInterface<Call> {
 protected:
  static Arguments training(const std::string& out) {
    return {"--plugin",     "fails",  "--plugin-dir", built("tests/bad_plugins"),
            "--model",      "mlp-16", "--iterations", "12",
            "--eval-every", "6",      "--threads",    "1",
            "--hang-after", "1",      "--out",        out};
  }
  /// The probe of a plugin that is well is kept; the failure comes in training.
  FailingPlugin() {
    unsetenv("FAILS_IN");
    EXPECT_EQ(code(run({"plugins", "why", built("tests/bad_plugins/fails.so")}).status), 0);
  }
  ~FailingPlugin() override { unsetenv("FAILS_IN"); }

  static ChildResult failing(const char* call, const char* how) {
    setenv("FAILS_IN", call, 1);
    setenv("FAILS_HOW", how, 1);
    std::filesystem::remove_all("run");
    return run(training("run") + Arguments{"--quiet"});
  }
  std::string place() const {
    return std::string("error: plugin fails, in ") + GetParam().name + GetParam().iteration;
  }
  void expect_failure(const char* how, ExitCode wanted, const std::string& text) const {
    const auto r = failing(GetParam().name, how);
    EXPECT_EQ(code(r.status), static_cast<int>(wanted)) << how << r.errors;
    EXPECT_THAT(r.errors, AllOf(HasSubstr(place()), HasSubstr(text))) << how;
    EXPECT_EQ(r.output, "") << how;
  }
  static bool may_throw() {
    const std::string call = GetParam().name;
    return call != "its destructor" && call != "load";
  }
};

TEST_P(FailingPlugin, CrashesAndEndsOfTheProcessAreNamed) {
  expect_failure("segfaults", ExitCode::plugin, "SIGSEGV");
  expect_failure("exits", ExitCode::plugin, "exit(0)");
}

TEST_P(FailingPlugin, ExceptionsAreNamed) {
  if (!may_throw()) return;
  expect_failure("throws", ExitCode::plugin, "std::out_of_range: no such");
  expect_failure("throws-done", ExitCode::plugin, "all is well");
  expect_failure("allocates", ExitCode::device, "enough memory");
}

// C++ ends the process for an exception out of a destructor, and may for one out of an initializer.
TEST_P(FailingPlugin, ExceptionsThatEndTheProcessAreNamedToo) {
  if (may_throw()) return;
  for (const char* how : {"throws", "throws-done", "allocates"}) {
    const auto r = failing(GetParam().name, how);
    EXPECT_THAT(code(r.status),
                AnyOf(static_cast<int>(ExitCode::plugin), static_cast<int>(ExitCode::device)))
        << how;
    EXPECT_THAT(r.errors, HasSubstr(place())) << how;
  }
}

TEST_P(FailingPlugin, AHangIsEndedAndNamed) {
  expect_failure("hangs", ExitCode::plugin, "--hang-after");
}

TEST_P(FailingPlugin, ItsOwnErrorKeepsItsCodeAndWords) {
  if (!may_throw()) return;
  const auto r = failing(GetParam().name, "throws-data");
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::data));
  EXPECT_THAT(r.errors, HasSubstr(GetParam().trains ? place() + ": my words" : "error: my words"));
}

TEST_P(FailingPlugin, WhatItPrintsIsNoAnswer) {
  const auto r = failing(GetParam().name, "prints");
  EXPECT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.output, AllOf(HasSubstr("fails on digits"), Not(HasSubstr("text of a plugin"))));
  EXPECT_THAT(r.errors, HasSubstr("text of a plugin"));
}

INSTANTIATE_TEST_SUITE_P(Calls, FailingPlugin, ::testing::ValuesIn(kCalls),
                         [](const auto& parameters) {
                           std::string name = parameters.param.name;
                           std::erase(name, ' ');
                           return name;
                         });

/// What a step does to the process that all share.
class DisturbingPlugin : public FailingPlugin {
 protected:
  static void expect_named(const char* how, const std::string& what) {
    const auto r = failing("step", how);
    EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::plugin)) << r.errors;
    EXPECT_THAT(r.errors, HasSubstr(what));
  }
};

TEST_F(DisturbingPlugin, WhatAllShareMustStayAsItWas) {
  expect_named("changes-the-folder", "working folder: ");
  expect_named("clears-the-environment", "environment variables: others");
  expect_named("blocks-signals", "blocked signals: none, now HUP INT");
  expect_named("takes-signals", "handler of SIGABRT");
  expect_named("closes-files", "closed the file");
}

TEST_F(DisturbingPlugin, AProcessOrThreadBesideChangesNothing) {
  const auto whole = result_of(training("whole"));
  for (const char* how : {"forks", "leaks-a-thread"}) {
    const auto r = failing("step", how);
    EXPECT_EQ(code(r.status), 0) << how << r.errors;
    expect_same_end("run", "whole");
  }
}

}  // namespace
}  // namespace sslhost::host
