// SPDX-License-Identifier: Apache-2.0
// `sslhost validate` from outside: each check is shown to fail for a plugin that deserves it.
#include "tests/host/commands/program.hpp"

namespace sslhost::host {
namespace {

using nlohmann::json;
using sslhost::testing::bad_plugin;
using ::testing::AllOf;
using ::testing::HasSubstr;

class Validate : public Program {
 protected:
  struct Answer {
    int code = 0;
    json checks;
    std::string verdict(const std::string& name) const { return of(name, "verdict"); }
    std::string cause(const std::string& name) const { return of(name, "cause"); }

   private:
    std::string of(const std::string& name, const char* key) const {
      for (const auto& check : checks)
        if (check["name"] == name) return check[key];
      return "no check " + name;
    }
  };

  static Answer validate(const std::filesystem::path& file, const Arguments& more) {
    const auto r = run(Arguments{"validate", file.string(), "--json", "--jobs", "2"} + more);
    const auto all = json::parse(r.output, nullptr, false);
    EXPECT_TRUE(all.is_object()) << r.output << r.errors;
    return {code(r.status), all.is_object() ? all["files"][0]["checks"] : json()};
  }

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

TEST_F(Validate, AMethodThatKeepsItsPromisesPassesAllLevels) {
  const auto answer = validate(bad_plugin("misbehaves"), {"--set", "how=well"});
  EXPECT_EQ(answer.code, 0);
  for (const auto& check : answer.checks)
    EXPECT_EQ(check["verdict"], check["name"] == "ranks" ? "skip" : "pass") << check;
  EXPECT_EQ(answer.checks.size(), 32U);
}

TEST_F(Validate, ADatasetIsCheckedAsFarAsItHasPromises) {
  const auto answer = validate(built("lib/sslhost/plugins/digits.so"), {});
  EXPECT_EQ(answer.code, 0);
  EXPECT_EQ(answer.checks.size(), 13U);
  for (const auto& check : answer.checks) EXPECT_EQ(check["verdict"], "pass") << check;
}

TEST_F(Validate, LoadingIsJudged) {
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

TEST_F(Validate, WhatDoesNotLoadIsSkippedFromThereOn) {
  const auto throws = validate(bad_plugin("throws_on_describe"), {"--level", "3"});
  EXPECT_THAT(throws.cause("load"), HasSubstr("no options today"));
  EXPECT_EQ(throws.verdict("settings"), "skip");
  const auto older = validate(bad_plugin("older_sdk"), {"--level", "2"});
  EXPECT_EQ(older.verdict("abi"), "fail");
  EXPECT_THAT(older.cause("load"), HasSubstr("sslhost does not load it: incompatible"));
  const auto crashes = validate(bad_plugin("crashes_on_load"), {"--level", "2"});
  EXPECT_EQ(crashes.verdict("load"), "crash");
  EXPECT_THAT(crashes.cause("load"), AllOf(HasSubstr("SIGSEGV"), HasSubstr("about to crash")));
  EXPECT_EQ(crashes.code, 5);
}

TEST_F(Validate, ACrashNamesTheCallAndTheIteration) {
  expect_caught("aborts", "streams", "plugin misbehaves, in step, iteration 4", "crash");
  const auto r = run({"validate", bad_plugin("misbehaves").string(), "--only", "streams", "--set",
                      "how=aborts", "--seed", "7", "--junit", "report.xml"});
  EXPECT_THAT(r.output, AllOf(HasSubstr("debug: gdb --args "), HasSubstr("validate-check"),
                              HasSubstr("--only streams --seed 7 --set how=aborts")));
  EXPECT_THAT(read_text(path("report.xml")), HasSubstr("errors=\"1\""));
}

TEST_F(Validate, TheContractIsChecked) {
  expect_caught("throws-in-some-settings", "settings", "too deep");
  expect_caught("breaks-in-build", "defaults", "no such layer");
  expect_caught("leaves-a-stream", "streams", "declares the unlabeled stream");
  expect_caught("writes-to-inputs", "inputs", "images as they were given");
  expect_caught("writes-unseen", "inputs", "a step wrote to images of the labeled stream");
  expect_caught("drops-a-scope", "habits", "Step::noise(\"masks\") in phase 'train'");
  expect_caught("forgets-a-parameter", "habits", "module 'extra' of optimizer 'adam'");
  expect_caught("waits", "waits", "aten::item");
  expect_caught("forgets-the-device", "device", "aten::zeros");
}

TEST_F(Validate, LearningIsChecked) {
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

TEST_F(Validate, StressIsChecked) {
  expect_caught("spreads-nan", "nan", "gets into the weights");
  expect_caught("swallows-nan", "nan", "nobody hears of it", "warn");
  expect_caught("leaks", "cycles", "KiB behind");
}

TEST_F(Validate, WrongCommandLinesAreRefused) {
  const std::pair<Arguments, std::string> wrong[] = {
      {{"validate"}, "a plugin's file, or a folder"},
      {{"validate", "nowhere.so"}, "nothing there"},
      {{"validate", "."}, "end in .so"},
      {{"validate", ".", "--level", "6"}, "a number from 1 to 5"},
      {{"validate", ".", "--only", "predic"}, "did you mean predict"},
      {{"validate", ".", "--sed", "3"}, "--sed"}};
  for (const auto& [arguments, text] : wrong) {
    const auto r = run(arguments);
    EXPECT_EQ(code(r.status), 2) << text;
    EXPECT_THAT(r.errors, HasSubstr(text));
  }
}

}  // namespace
}  // namespace sslhost::host
