// SPDX-License-Identifier: Apache-2.0
// What the front program says and returns when its worker ends, one way or another.
#include <signal.h>

#include "sslhost/error.hpp"

#include "tests/host/programs/front_program.hpp"

namespace sslhost::host {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

class Ends : public Front {};

TEST_F(Ends, TheWorkersExitCodeIsItsOwn) {
  for (const int n : {0, 2, 6, 75}) EXPECT_EQ(code(run({"train", "--exit", std::to_string(n)})), n);
}

TEST_F(Ends, TheWorkersErrorsArePrintedOnceAndGiveTheCode) {
  const auto r = run({"train", "--error"});
  EXPECT_EQ(code(r), 3);
  EXPECT_EQ(r.errors,
            "error: data.bin\n  expected  bytes\n  found     none\n  next      look again\n");
  const auto bug = run({"train", "--bug"});
  EXPECT_EQ(code(bug), 70);
  EXPECT_THAT(bug.errors, HasSubstr("impossible"));
}

TEST_F(Ends, ADeathInsideAPluginNamesPluginCallIterationAndSignal) {
  for (const auto& [how, manner] : {std::pair("abort", "killed by SIGABRT"),
                                    {"segv", "killed by SIGSEGV"},
                                    {"exit", "exit(0)"}}) {
    const auto r = run({"train", "--die-in-step", how});
    EXPECT_EQ(code(r), 5);
    EXPECT_THAT(r.errors, HasSubstr("error: plugin vat, in step, iteration 12\n"));
    EXPECT_THAT(r.errors, HasSubstr(manner));
  }
}

TEST_F(Ends, ACrashNamesTheFunctionsAndTheDebuggersCommand) {
  for (const char* how : {"abort", "segv"}) {
    const auto r = run({"train", "--die-in-step", how});
    EXPECT_THAT(r.errors, HasSubstr("sslhost-worker: sslhost::host::"));
    EXPECT_THAT(r.errors, HasSubstr("gdb -ex 'set follow-fork-mode child' --args " +
                                    front().string() + " train --die-in-step " + how));
  }
}

TEST_F(Ends, ACallThatTakesTooLongIsEndedWithItsPlace) {
  const auto r = run({"train", "--hang", "limited"});
  EXPECT_EQ(code(r), 5);
  EXPECT_THAT(r.errors, HasSubstr("error: plugin vat, in step, iteration 12\n"));
  EXPECT_THAT(r.errors, HasSubstr("expected  an end within 2 s (--hang-after)\n"));
  EXPECT_THAT(r.errors, HasSubstr("sslhost-worker: sslhost::host::"));
}

TEST_F(Ends, StandardOutputIsForAnswersAlone) {
  const auto r = run({"train", "--print"});
  EXPECT_EQ(r.output, "an answer\n");
  EXPECT_EQ(r.errors, "from a plugin\n");
}

TEST_F(Ends, AParentMayIgnoreTheEndsOfChildren) {
  const auto r =
      run_child("/usr/bin/env", {"--ignore-signal=CHLD", front().string(), "train", "--exit", "6"},
                std::chrono::seconds(20));
  EXPECT_EQ(code(r), 6);
}

TEST_F(Ends, AWorkerWithoutItsLibrariesIsNoBug) {
  folder_.copy(front(), "bin/sslhost");
  auto worker = read_text(built("tests/front/bin/sslhost-worker"));
  const auto name = worker.find("libspdlog.so");
  ASSERT_NE(name, std::string::npos);
  worker[name + 8] = 'x';  // as if it were not installed
  const auto copy = folder_.write("bin/sslhost-worker", worker);
  for (const auto& file : {copy, folder_.path() / "bin/sslhost"})
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  const auto r = run_child(folder_.path() / "bin/sslhost", {"train"}, std::chrono::seconds(120));
  EXPECT_EQ(code(r), static_cast<int>(ExitCode::storage)) << r.errors;
  EXPECT_THAT(r.errors, HasSubstr("not found there or not to be read: libspdlox"));
  EXPECT_THAT(r.errors, HasSubstr("LD_LIBRARY_PATH"));
}

TEST_F(Ends, AnEndFromOutsideIsNobodysFault) {
  for (const auto& [how, signal] : {std::pair("term", SIGTERM), {"kill", SIGKILL}}) {
    const auto r = run({"train", "--die-in-step", how});
    EXPECT_EQ(code(r), 128 + signal);
    EXPECT_THAT(r.errors, HasSubstr("killed by SIG"));
    EXPECT_THAT(r.errors,
                ::testing::Not(AnyOf(HasSubstr("error: plugin"), HasSubstr("report it"))));
    EXPECT_EQ(r.errors.find("it was in plugin vat, in step, iteration 12") != std::string::npos,
              signal == SIGKILL);
  }
}

TEST_F(Ends, ADeathElsewhereIsOurs) {
  for (const char* how : {"--abort", "--leave"}) {
    const auto r = run({"train", how});
    EXPECT_EQ(code(r), 70);
    EXPECT_THAT(r.errors, HasSubstr("outside of plugins"));
  }
}

}  // namespace
}  // namespace sslhost::host
