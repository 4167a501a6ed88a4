// SPDX-License-Identifier: Apache-2.0
// What a user gets from a run that goes well.
#include <algorithm>
#include <fstream>
#include <set>

#include "tests/host/commands/program.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::names_in;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Train : public Program {};

TEST_F(Train, EndsWithOneLineThatSaysWhatCameOut) {
  const auto r = run({"--plugin", "vat", "--iterations", "30"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.output, ::testing::MatchesRegex(
                            "vat on digits, 50 labels, seed 0: test error [0-9.]+ % "
                            "\\([0-9]+ of 1797; 95 % interval [0-9.]+ to [0-9.]+ %\\) after 30 "
                            "iterations in [0-9.]+ s; run runs/vat-digits-s0-[-0-9]+; "
                            "next: sslhost predict runs/vat-digits-s0-[-0-9]+\n"));
  EXPECT_THAT(r.errors, HasSubstr("\n30/30  100 %"));
  EXPECT_THAT(r.output + r.errors, Not(HasSubstr("\033")));  // neither stream is a terminal
  EXPECT_EQ(names_in("runs").size(), 1u);
}

TEST_F(Train, TheRunFolderHasEveryMember) {
  result_of(small_run(20, "run"));
  auto names = names_in("run");
  const auto events = std::find_if(names.begin(), names.end(), [](const auto& n) {
    return n.starts_with("events.out.tfevents.");
  });
  ASSERT_NE(events, names.end());
  EXPECT_GT(std::filesystem::file_size("run/" + *events), 100u);
  names.erase(events);
  EXPECT_EQ(names, (std::set<std::string>{".sslhost.lock", "checkpoint.safetensors", "config.toml",
                                          "metrics.csv", "metrics.jsonl", "model.safetensors",
                                          "pictures", "report.html", "run.json", "split.json",
                                          "unlabeled_predictions.csv"}));

  const auto record = nlohmann::json::parse(read_text("run/run.json"));
  EXPECT_EQ(record["status"], "finished");
  EXPECT_EQ(record["data"]["split_hash"],
            nlohmann::json::parse(read_text("run/split.json"))["hash"]);
  EXPECT_EQ(record["options"]["batch"], (nlohmann::json{{"value", 10}, {"from", "--batch"}}));
  EXPECT_EQ(timeless_metrics("run").back()["iteration"], 20);
  EXPECT_THAT(read_text("run/config.toml"), HasSubstr("\nbatch = 10\n"));
  EXPECT_THAT(read_text("run/report.html"), HasSubstr("</html>"));
}

TEST_F(Train, JsonIsTheLastLineAndQuietTheOnlyOne) {
  const auto r = run({"train", "--plugin", "supervised", "--labels", "20", "--seed", "7",
                      "--iterations", "30", "--json", "--quiet"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.errors, IsEmpty());
  EXPECT_EQ(std::count(r.output.begin(), r.output.end(), '\n'), 1);
  const auto result = nlohmann::json::parse(r.output);
  EXPECT_EQ(result["method"], "supervised");
  EXPECT_EQ(result["dataset"], "digits");
  EXPECT_EQ(result["labels"], 20);
  EXPECT_EQ(result["seed"], 7);
  EXPECT_EQ(result["iterations"], 30);
  EXPECT_GT(result["test_error"], 0.0);
  EXPECT_LT(result["test_error"], 0.9);
  EXPECT_GT(result["seconds"], 0.0);
  EXPECT_TRUE(result["temperature"].is_null()) << "no validation part";
  EXPECT_GT(result["ece"], 0.0);
  EXPECT_EQ(result["ece"], result["ece_before"]);
  EXPECT_TRUE(std::filesystem::exists(result["run"].get<std::string>() + "/model.safetensors"));
}

TEST_F(Train, TheSameSeedGivesTheSameBitsWhateverIsLogged) {
  result_of(small_run(60, "a"));
  result_of(small_run(60, "b"));
  expect_same_end("b", "a");
  result_of(small_run(60, "c") +
            Arguments{"--log-every", "7", "--eval-every", "13", "--checkpoint-every", "11"});
  EXPECT_EQ(read_text("c/model.safetensors"), read_text("a/model.safetensors"));
  result_of(small_run(60, "d") + Arguments{"--seed", "1"});
  EXPECT_NE(read_text("d/model.safetensors"), read_text("a/model.safetensors"));
}

TEST_F(Train, PredictionsCountTheErrorsOfTheRun) {
  const auto result = result_of(small_run(100, "my run"));
  const auto r = run({"predict", "my run"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  std::istringstream lines(r.output);
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "index,label,predicted,probability");
  int64_t samples = 0, errors = 0;
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::string index, label, predicted;
    std::getline(std::getline(std::getline(fields, index, ','), label, ','), predicted, ',');
    EXPECT_EQ(index, std::to_string(samples++));
    errors += label != predicted;
  }
  EXPECT_EQ(samples, result["test_samples"]);
  EXPECT_DOUBLE_EQ(static_cast<double>(errors) / static_cast<double>(samples),
                   result["test_error"]);
  EXPECT_THAT(r.errors,
              HasSubstr(std::to_string(errors) + " of " + std::to_string(samples) + " wrong"));
}

TEST_F(Train, OutputThatCannotBeWrittenIsAnErrorOutputThatNobodyReadsIsNot) {
  result_of(small_run(10, "run"));
  const auto shell = [](const std::string& script) {
    return run_child("/bin/bash", {"-c", script, "bash", program()}, std::chrono::minutes(4));
  };
  const auto full = shell("\"$1\" predict run --quiet >/dev/full");
  EXPECT_EQ(code(full.status), static_cast<int>(ExitCode::storage));
  EXPECT_THAT(full.errors, HasSubstr("error: standard output\n"));
  // As in `| head`, whose end is waited for here. Whoever runs the tests may have SIGPIPE ignored.
  const auto unread =
      shell("exec 3> >(exit); wait $!; env --default-signal=PIPE \"$1\" predict run --quiet >&3");
  EXPECT_EQ(code(unread.status), 128 + SIGPIPE);
  EXPECT_THAT(unread.errors, IsEmpty());
}

TEST_F(Train, PathsWithSpacesWorkAndTheNextCommandQuotesThem) {
  const auto r = run(small_run(10, "my run"));
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.output, HasSubstr("next: sslhost predict 'my run'\n"));
  std::ofstream("my recipe.toml") << "plugin = \"vat\"\niterations = 10\n";
  EXPECT_EQ(result_of({"--recipe", "my recipe.toml"})["iterations"], 10);
}

TEST_F(Train, ResumingAFinishedRunChangesNothing) {
  const auto result = result_of(small_run(30, "run"));
  const auto model = read_text("run/model.safetensors");
  const auto metrics = read_text("run/metrics.csv");
  const auto again = result_of({"--resume", "run"});
  EXPECT_EQ(again["test_error"], result["test_error"]);
  EXPECT_EQ(again["seconds"], result["seconds"]);
  EXPECT_EQ(read_text("run/model.safetensors"), model);
  EXPECT_EQ(read_text("run/metrics.csv"), metrics);
}

TEST_F(Train, ResumedOptionsComeFromWhereTheyCame) {
  result_of(small_run(3, "run") + Arguments{"--epsilon", "1.5"});
  const auto options = [] { return nlohmann::json::parse(read_text("run/run.json"))["options"]; };
  const auto before = options();
  EXPECT_EQ(before["epsilon"]["from"], "--epsilon");
  result_of({"--resume", "run"});
  EXPECT_EQ(options(), before);
  auto config = read_text("run/config.toml");
  const std::string edited = "log_every = ";
  config.insert(config.find(edited) + edited.size(), "7");
  std::ofstream("run/config.toml") << config;
  result_of({"--resume", "run"});
  EXPECT_THAT(options()["log_every"]["from"].get<std::string>(), HasSubstr("config.toml, line"));
  EXPECT_EQ(options()["epsilon"], before["epsilon"]);
}

TEST_F(Train, FlagsBeatVariablesBeatTheProjectFileBeatTheRecipeBeatDefaults) {
  std::ofstream("sslhost.toml") << "xi = 0.6\nepsilon = 0.6\nseed = 6\n";
  setenv("SSLHOST_XI", "0.7", 1);
  setenv("SSLHOST_SEED", "7", 1);
  const auto r = run({"config", "--explain", "--recipe", "vat/digits", "--seed", "8"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.output, ContainsRegex("\nseed = 8 +\\(--seed\\)\n"));
  EXPECT_THAT(r.output, ContainsRegex("\nxi = 0.7 +\\(SSLHOST_XI\\)\n"));
  EXPECT_THAT(r.output, ContainsRegex("\nepsilon = 0.6 +\\(sslhost.toml, line 2\\)\n"));
  EXPECT_THAT(r.output,
              ContainsRegex("\nradius = absolute +\\(recipe vat/digits, line [0-9]+\\)\n"));
  EXPECT_THAT(r.output, ContainsRegex("\nweight = 1.0 +\\(default\\)\n"));
  EXPECT_THAT(run({"config", "--recipe", "vat/digits"}).output,
              HasSubstr("\nxi = 0.7\n"));  // values alone
}

TEST_F(Train, TheMethodsRecipeForTheDatasetIsUsed) {
  const Arguments rings = {"--plugin", "sgan", "--dataset", "rings"};
  const auto resolved = run(Arguments{"config", "--explain"} + rings);
  EXPECT_THAT(resolved.output,
              ContainsRegex("\nunlabeled_weight = 100.0 +\\(recipe sgan/rings, line [0-9]+\\)\n"));
  const auto trained = run(rings + Arguments{"--iterations", "1", "--out", "run"});
  EXPECT_THAT(trained.errors, HasSubstr("recipe sgan/rings"));
  EXPECT_THAT(run(Arguments{"config", "--explain"} + rings + Arguments{"--recipe", "none"}).output,
              ContainsRegex("\nunlabeled_weight = 1.0 +\\(default\\)\n"));
  EXPECT_EQ(code(run({"config", "--plugin", "supervised", "--dataset", "cifar10"}).status), 0)
      << "there is no such recipe";
}

TEST_F(Train, TheFirstLessonSaysNothingOfItsRecipe) {
  const auto r = run({"--plugin", "supervised", "--iterations", "1", "--out", "run"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.errors, Not(HasSubstr("recipe")));
}

}  // namespace
}  // namespace sslhost::host
