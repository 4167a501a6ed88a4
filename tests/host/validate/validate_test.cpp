// SPDX-License-Identifier: Apache-2.0
// `sslhost validate` from outside: each check is shown to fail for a plugin that deserves it.
#include "tests/host/validate/validate_program.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::bad_plugin;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ValidateChecks : public Validate {
 protected:
  /// The check fails for `misbehaves` of that kind, with that cause.
  static void expect_caught(const std::string& how, const std::string& check,
                            const std::string& cause, const std::string& verdict = "fail") {
    const auto answer =
        validate(bad_plugin("misbehaves"), {"--only", check, "--set", "how=" + how});
    EXPECT_EQ(answer.verdict(check), verdict) << how;
    EXPECT_THAT(answer.cause(check), HasSubstr(cause)) << how;
    EXPECT_EQ(answer.code, verdict == "warn" ? 0 : 5) << how;
  }
};

TEST_F(ValidateChecks, AMethodThatKeepsItsPromisesPassesAllLevels) {
  const auto answer = validate(bad_plugin("misbehaves"), {"--set", "how=well"});
  EXPECT_EQ(answer.code, 0);
  for (const auto& check : answer.checks)
    EXPECT_EQ(check["verdict"], check["name"] == "ranks" ? "skip" : "pass") << check;
  EXPECT_EQ(answer.checks.size(), 34U);
}

TEST_F(ValidateChecks, ADatasetIsCheckedAsFarAsItHasPromises) {
  const auto answer = validate(built("lib/sslhost/plugins/digits.so"), {});
  EXPECT_EQ(answer.code, 0);
  EXPECT_EQ(answer.checks.size(), 13U);
  for (const auto& check : answer.checks) EXPECT_EQ(check["verdict"], "pass") << check;
}

TEST_F(ValidateChecks, LoadingIsJudged) {
  const auto disturbs = validate(bad_plugin("disturbs_its_process"), {"--level", "2"});
  EXPECT_EQ(disturbs.code, 5);
  EXPECT_THAT(disturbs.cause("libraries"), HasSubstr("run path"));
  EXPECT_THAT(disturbs.cause("quiet"), HasSubstr("it prints: hello from a plugin"));
  EXPECT_THAT(disturbs.cause("twice"), HasSubstr("are they static?"));
  EXPECT_EQ(disturbs.verdict("after-others"), "pass");
  const auto contradicts = validate(bad_plugin("contradicts_itself"), {"--level", "3"});
  EXPECT_THAT(contradicts.cause("quiet"), HasSubstr("handler of SIGUSR1"));
  EXPECT_THAT(contradicts.cause("options"), HasSubstr("outside its own range"));
}

TEST_F(ValidateChecks, WhatDoesNotLoadIsSkippedFromThereOn) {
  const auto throws = validate(bad_plugin("throws_on_describe"), {"--level", "3"});
  EXPECT_THAT(throws.cause("load"), HasSubstr("no options today"));
  EXPECT_EQ(throws.cause("settings"), "because `load` failed");
  const auto older = validate(bad_plugin("older_sdk"), {"--level", "2"});
  EXPECT_EQ(older.verdict("abi"), "fail");
  EXPECT_THAT(older.cause("load"), HasSubstr("sslhost does not load it: incompatible"));
  EXPECT_EQ(older.cause("twice"), "because sslhost does not load it");
  const auto crashes = validate(bad_plugin("crashes_on_load"), {"--level", "2"});
  EXPECT_EQ(crashes.verdict("load"), "crash");
  EXPECT_THAT(crashes.cause("load"), AllOf(HasSubstr("SIGSEGV"), HasSubstr("about to crash")));
  EXPECT_EQ(crashes.code, 5);
}

TEST_F(ValidateChecks, OneCauseIsSaidOnce) {
  const auto writes = validate(bad_plugin("misbehaves"), {"--set", "how=writes-to-inputs"});
  EXPECT_THAT(writes.bad(), ElementsAre("inputs"));
  EXPECT_THAT(writes.cause("inputs"), HasSubstr("images as they were given"));
  for (const auto& check : writes.checks)
    if (check["verdict"] == "skip") {
      EXPECT_EQ(check["cause"], "because `inputs` failed") << check;
    }
  EXPECT_EQ(writes.because("broken-state"), "inputs");
  EXPECT_EQ(writes.verdict("after-others"), "pass");
  EXPECT_EQ(writes.code, 5);
  // One that is left out hides nothing, and what it needs counts in its place.
  const auto without = validate(bad_plugin("misbehaves"), {"--level", "3", "--without", "inputs",
                                                           "--set", "how=breaks-in-build"});
  EXPECT_THAT(without.bad(), ElementsAre("defaults"));
  EXPECT_EQ(without.because("settings"), "defaults");
  EXPECT_EQ(without.verdict("inputs"), "no check inputs");
}

TEST_F(ValidateChecks, ACrashNamesTheCallAndTheIteration) {
  expect_caught("aborts", "streams", "plugin misbehaves, in step, iteration 4", "crash");
  const auto r = run({"validate", bad_plugin("misbehaves").string(), "--only", "streams", "--set",
                      "how=aborts", "--seed", "7", "--junit", "report.xml"});
  EXPECT_THAT(r.output, AllOf(HasSubstr("debug: gdb --args "), HasSubstr("validate-check"),
                              HasSubstr("--only streams --seed 7 --set how=aborts")));
  EXPECT_THAT(read_text(path("report.xml")), HasSubstr("errors=\"1\""));
}

TEST_F(ValidateChecks, TheContractIsChecked) {
  expect_caught("throws-in-some-settings", "settings", "too deep");
  expect_caught("breaks-in-build", "defaults", "no such layer");
  expect_caught("leaves-a-stream", "streams", "declares the unlabeled stream");
  expect_caught("writes-to-inputs", "inputs", "images as they were given");
  expect_caught("writes-unseen", "inputs", "a step wrote to images of the labeled stream");
  expect_caught("drops-a-scope", "habits", "Step::noise(\"masks\") in phase 'train'");
  expect_caught("changes-the-process", "habits", "mask of new files");
  expect_caught("forgets-a-parameter", "habits", "module 'extra' of optimizer 'adam'");
  expect_caught("waits", "waits", "aten::item");
  expect_caught("forgets-the-device", "device", "aten::zeros");
}

TEST_F(ValidateChecks, InputsAreComparedOnADeviceToo) {
  const auto on_device = [](const char* how) {
    return validate(bad_plugin("misbehaves"), {"--only", "inputs", "--set", "device=pretend",
                                               "--set", std::string("how=") + how});
  };
  const auto well = on_device("well");
  EXPECT_EQ(well.verdict("inputs"), "pass") << well.cause("inputs");
  EXPECT_THAT(on_device("writes-unseen").cause("inputs"), HasSubstr("a step wrote to images"));
}

TEST_F(ValidateChecks, LearningIsChecked) {
  expect_caught("forgets-a-parameter", "moves", "never move: extra.weight");
  expect_caught("diverges", "finite", "NaN or infinite in iteration 0");
  expect_caught("learns-nothing", "learns", "a guess has 0.9");
  expect_caught("ignores-labels", "label-blind", "labels of labeled samples change nothing");
  expect_caught("ignores-unlabeled", "unlabeled", "nothing is learned from them");
  expect_caught("draws-in-predict", "predict", "does it draw?");
  expect_caught("predicts-by-batch", "predict", "apart from those of 64 at a time");
  expect_caught("draws-from-hardware", "same-seed", "end with other weights");
  expect_caught("counts-steps", "resume", "ends with other weights");
  expect_caught("ends-on-resume", "broken-state", "no state");
}

TEST_F(ValidateChecks, StressIsChecked) {
  expect_caught("spreads-nan", "nan", "gets into the weights");
  expect_caught("swallows-nan", "nan", "nobody hears of it", "warn");
  expect_caught("leaks", "cycles", "KiB behind");
}

TEST_F(ValidateChecks, AProcessThatCannotBeStartedIsNotThePluginsFault) {
  const auto vat = built("lib/sslhost/plugins/vat.so").string();
  for (const char* jobs : {"1", "4"}) {
    const auto r = run_child("/bin/sh",
                             {"-c", "ulimit -n 7; exec \"$0\" \"$@\"", program().string(),
                              "validate", vat, "--level", "1", "--jobs", jobs},
                             std::chrono::minutes(1));
    EXPECT_EQ(code(r.status), 70) << jobs << r.output << r.errors;
    EXPECT_THAT(r.errors, HasSubstr("Too many open files"));
  }
}

TEST_F(ValidateChecks, WrongCommandLinesAreRefused) {
  const std::pair<Arguments, std::string> wrong[] = {
      {{"validate"}, "a plugin's file, or a folder"},
      {{"validate", "nowhere.so"}, "nothing there"},
      {{"validate", "."}, "end in .so"},
      {{"validate", ".", "--level", "6"}, "a number from 1 to 5"},
      {{"validate", ".", "--only", "predic"}, "did you mean predict"},
      {{"validate", ".", "--without", "predic"}, "did you mean predict"},
      {{"validate", ".", "--sed", "3"}, "--sed"}};
  for (const auto& [arguments, text] : wrong) {
    const auto r = run(arguments);
    EXPECT_EQ(code(r.status), 2) << text;
    EXPECT_THAT(r.errors, HasSubstr(text));
  }
}

}  // namespace
}  // namespace sslhost::host
