// SPDX-License-Identifier: Apache-2.0
// What the front program answers by itself, and how it passes on signals.
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "sslhost/error.hpp"

#include "host/loading/call_marker.hpp"
#include "tests/host/programs/front_program.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::bad_plugin;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(Front, AnswersVersionAndHelpWithoutAWorker) {
  EXPECT_THAT(run({"--version"}).output,
              ::testing::MatchesRegex("sslhost [0-9.]+ \\(SDK 0.2, LibTorch 2.11.[0-9]+\\)\n"));
  EXPECT_EQ(run({"version"}).output, run({"--version"}).output);
  EXPECT_THAT(run({"--help"}).output, HasSubstr("Examples:"));
  EXPECT_EQ(run({"help"}).output, run({"-h"}).output);
  EXPECT_EQ(run({"help", "plugins"}).output, run({"plugins", "--help"}).output);
}

TEST_F(Front, OutputThatCannotBeWrittenIsAnError) {
  for (const std::string arguments : {"plugins", "plugins --json", "--help", "--version"}) {
    const auto r =
        run_child("/bin/bash", {"-c", "\"$1\" " + arguments + " >/dev/full", "bash", front()},
                  std::chrono::seconds(120));
    EXPECT_EQ(code(r), static_cast<int>(ExitCode::storage)) << arguments;
    EXPECT_THAT(r.errors, HasSubstr("error: standard output\n"));
  }
}

TEST_F(Front, AMistypedCommandIsItsOwnAffair) {
  const auto r = run({"trian", "--plugin", "vat"});
  EXPECT_EQ(code(r), 2);
  EXPECT_THAT(r.errors, HasSubstr("did you mean train?"));
  EXPECT_THAT(r.output, IsEmpty());
}

TEST_F(Front, EverythingElseGoesToTheWorkerUnchanged) {
  EXPECT_THAT(run({"--plugin", "vat", "--epsilon", "-2", "", "--x=a b"}).output,
              AnyOf("spin 1000; [--plugin] [vat] [--epsilon] [-2] [] [--x=a b]\n",
                    "spin 10000; [--plugin] [vat] [--epsilon] [-2] [] [--x=a b]\n"));
  setenv("GOMP_SPINCOUNT", "7", 1);
  EXPECT_EQ(run({"predict"}).output, "spin 7; [predict]\n");
}

TEST_F(Front, APluginThatCrashesWhenLoadedIsNamed) {
  const auto r = run({"train", "--load", bad_plugin("crashes_on_load")});
  EXPECT_EQ(code(r), 5);
  EXPECT_THAT(r.errors, HasSubstr("error: plugin crashes_on_load, in load\n"));
}

TEST_F(Front, EveryPluginFileIsListedWithItsState) {
  folder_.write("p/empty.so", "");
  folder_.write("p/text.so", "hello");
  const auto whole = read_text(bad_plugin("null_entry"));
  folder_.write("p/cut.so", whole.substr(0, whole.size() / 2));
  folder_.copy(bad_plugin("other_torch"), "p/other_torch.so");
  folder_.copy(bad_plugin("aborts_in_step"), "p/good.so");
  const auto r = run({"plugins", "--json", "--plugin-dir", (folder_.path() / "p").string()});
  ASSERT_EQ(code(r), 0) << r.errors;
  const auto list = nlohmann::json::parse(r.output);
  EXPECT_EQ(entry(list, "empty.so")["state"], "empty");
  EXPECT_EQ(entry(list, "text.so")["state"], "foreign");
  EXPECT_EQ(entry(list, "cut.so")["state"], "truncated");
  EXPECT_EQ(entry(list, "other_torch.so")["state"], "incompatible");
  EXPECT_EQ(entry(list, "good.so")["state"], "ready");
  EXPECT_EQ(entry(list, "good.so")["id"], "aborts_in_step");
  EXPECT_THAT(run({"plugins", "--plugin-dir", (folder_.path() / "p").string()}).output,
              HasSubstr("truncated"));
}

TEST_F(Front, TheProbeFindsWhatBytesCannotShow) {
  const auto r = run({"plugins", "--check", "--json", "--plugin-dir", built("tests/bad_plugins")});
  ASSERT_EQ(code(r), 0) << r.errors;
  const auto list = nlohmann::json::parse(r.output);
  for (const auto& [file, state, reason] : {std::tuple("aborts_in_step.so", "ready", ""),
                                            {"crashes_on_load.so", "crashes", "SIGSEGV"},
                                            {"hangs_on_load.so", "hangs", "longer than 10"},
                                            {"exits_on_load.so", "fails", "exit code 0"},
                                            {"throws_on_describe.so", "fails", "no options today"},
                                            {"throws_int.so", "fails", "thrown int"},
                                            {"describes_badly.so", "fails", "'My Option'"},
                                            {"contradicts_itself.so", "fails", "own range"},
                                            {"takes_a_host_name.so", "fails", "'finetune'"},
                                            {"no_entry.so", "fails", "an entry function"},
                                            {"null_entry.so", "fails", "returned nothing"},
                                            {"older_sdk.so", "incompatible", "SDK: plugin 0.0"}}) {
    EXPECT_EQ(entry(list, file)["state"], state) << file << ": " << entry(list, file)["reason"];
    EXPECT_THAT(entry(list, file)["reason"].get<std::string>(), HasSubstr(reason)) << file;
  }
}

TEST_F(Front, WhyGivesEveryDifferenceAndTheCommandThatFixesIt) {
  const auto r = run({"plugins", "why", bad_plugin("older_sdk")});
  EXPECT_EQ(code(r), 5);
  for (const char* part :
       {"incompatible", "plugin 0.0, host 0.2", "plugin 2.12.", "C++11 ABI", "cmake"})
    EXPECT_THAT(r.output, HasSubstr(part));
  EXPECT_EQ(code(run({"plugins", "why", bad_plugin("aborts_in_step")})), 0);
  EXPECT_EQ(code(run({"plugins", "why", "nothing_of_that_name"})), 2);
}

TEST_F(Front, WhyNamesEveryOptionThatNoRecipeCouldHold) {
  const auto r = run({"plugins", "why", bad_plugin("describes_badly")});
  EXPECT_EQ(code(r), 5);
  for (const char* part : {"fails", "plugin describes_badly, describe()", "'My Option': a name has",
                           "'rate': its default 3.0 is outside its own range, > 0, <= 1",
                           "'count' is the name", "none of its choices, one, two"})
    EXPECT_THAT(r.output, HasSubstr(part));
}

TEST_F(Front, AnOptionThatIsCalledAsOneOfTheHostsIsFoundByItsProbe) {
  const auto r = run({"plugins", "why", bad_plugin("takes_a_host_name")});
  EXPECT_EQ(code(r), 5);
  for (const char* part : {"fails", "'finetune' is an option of the host"})
    EXPECT_THAT(r.output, HasSubstr(part));
}

TEST_F(Front, ThePluginsOptionsComeFromItsProbe) {
  const auto r =
      run({"--plugin", "aborts_in_step", "--help", "--plugin-file", bad_plugin("aborts_in_step")});
  EXPECT_EQ(code(r), 0) << r.errors;
  EXPECT_THAT(r.output, HasSubstr("--weight NUMBER"));
  EXPECT_THAT(r.output, HasSubstr("(default 0.5 nats; > 0, <= 1; test material)"));
  const auto bad =
      run({"--plugin", "crashes_on_load", "--help", "--plugin-dir", built("tests/bad_plugins")});
  EXPECT_EQ(code(bad), 5);
  EXPECT_THAT(bad.errors, HasSubstr("crashes_on_load.so, crashes: "));
}

TEST_F(Front, UnknownFlagsOfItsOwnCommandsAreRefused) {
  const auto r = run({"plugins", "--jsn"});
  EXPECT_EQ(code(r), 2);
  EXPECT_THAT(r.errors, HasSubstr("did you mean json?"));
  EXPECT_EQ(code(run({"plugins", "wy"})), 2);
  EXPECT_EQ(code(run({"plugins", "--plugin-dir"})), 2);
}

/// A front in a process group of its own, as a shell's job is, whose worker has said that it is
/// ready.
class RunningFront {
 public:
  explicit RunningFront(const char* what, const std::filesystem::path& errors = "/dev/stderr") {
    const auto program = front();
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    pid_ = fork();
    if (pid_ == 0) {
      setpgid(0, 0);
      dup2(ends[1], STDOUT_FILENO);
      dup2(open(errors.c_str(), O_WRONLY | O_CREAT, 0600), STDERR_FILENO);
      execl(program.c_str(), program.c_str(), "train", what, nullptr);
      _exit(1);
    }
    setpgid(pid_, pid_);
    close(ends[1]);
    char text[6] = {};
    EXPECT_EQ(read(ends[0], text, 6), 6);
    close(ends[0]);
  }
  void send(int signal) { kill(pid_, signal); }
  void send_to_group(int signal) { kill(-pid_, signal); }
  bool stops() {
    int status = 0;
    return waitpid(pid_, &status, WUNTRACED) == pid_ && WIFSTOPPED(status);
  }
  int wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_;
};

TEST_F(Front, TheFirstSignalReachesTheWorkerExactlyOnce) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR1, SIGUSR2}) {
    RunningFront alone("--count-signals");
    alone.send(signal);
    EXPECT_EQ(alone.wait(), 75);
    RunningFront terminal("--count-signals");  // a Ctrl-C goes to the whole group
    terminal.send_to_group(signal);
    EXPECT_EQ(terminal.wait(), 75);
  }
}

TEST_F(Front, TheSameSignalTwiceAtOnceIsOnePress) {
  RunningFront front("--count-signals");
  front.send(SIGTERM);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  front.send(SIGTERM);
  EXPECT_EQ(front.wait(), 75);
}

TEST_F(Front, ItStopsAndGoesOnAsAShellsJob) {
  RunningFront front("--count-signals");
  front.send(SIGTSTP);
  EXPECT_TRUE(front.stops());
  front.send(SIGCONT);
  front.send(SIGINT);
  EXPECT_EQ(front.wait(), 75);
}

TEST_F(Front, TheSecondSignalKillsAtOnce) {
  RunningFront front("--ignore-signals");
  front.send(SIGINT);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  front.send(SIGTERM);
  EXPECT_EQ(front.wait(), 128 + SIGTERM);
}

TEST_F(Front, SignalsAreAnsweredAtOnceWhereAStopTakesTime) {
  const auto errors = folder_.path() / "errors";
  RunningFront front("--hang", errors);
  const auto says = [&](const char* text) {  // it ends at the test's own limit if never
    while (read_text(errors).find(text) == std::string::npos) usleep(1000);
  };
  front.send(SIGINT);
  says("asked to stop (Interrupt): after this iteration, with a checkpoint; once more");
  says("plugin vat, in step, iteration 12: for 2 s now");
  front.send(SIGINT);
  EXPECT_EQ(front.wait(), 128 + SIGINT);
  EXPECT_THAT(read_text(errors), HasSubstr("ended at once: plugin vat, in step, iteration 12;"));
}

TEST_F(Front, AWorkerWhoseFrontDiedBeforeItBeganEndsToo) {
  const MarkerWatch marker;  // we are the front, and the worker's parent is a shell
  setenv(kMarkerVariable, std::to_string(dup(marker.descriptor())).c_str(), 1);
  const auto worker = built("tests/front/bin/sslhost-worker").string();
  const int status = std::system(("'" + worker + "' train --exit 0; exit $?").c_str());
  unsetenv(kMarkerVariable);
  EXPECT_EQ(WEXITSTATUS(status), 128 + SIGTERM);
}

}  // namespace
}  // namespace sslhost::host
