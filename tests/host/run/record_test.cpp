// SPDX-License-Identifier: Apache-2.0
#include "host/run/record.hpp"

#include <cmath>
#include <limits>
#include <string>

#include <gmock/gmock.h>

#include "sslhost/error.hpp"

#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::read_text;
using sslhost::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

RunRecord example() {
  return {.status = RunRecord::Status::finished,
          .method = "vat",
          .dataset = "digits",
          .method_plugin = {"/plugins/vat.so", "9d1c", {{120, "77aa"}}},
          .dataset_plugin = {"/plugins/digits.so", "21e0", {}},
          .versions = {"0.2.0", "0.2.0", "0.1.0", "2.11.0", "g++ 12.2.0"},
          .device = {"cpu",
                     "AMD EPYC, 1 threads",
                     {{"linear_layers", "avx512"}, {"convolutions", "winograd"}}},
          .data = {.classes = {"cat", "dog"},
                   .shape = {1, 8, 8},
                   .data_rms = 1.0 / 3,
                   .mean = {0.1},
                   .std = {1.0 / 7},
                   .labeled = 50,
                   .unlabeled = 3823,
                   .validation = 0,
                   .test = 20,
                   .split_hash = "066f",
                   .content = {"7ac1", {{240, "5b22"}}},
                   .encoder = "",
                   .encoder_checksum = "",
                   .origin = "\"E. Alpaydin\"",
                   .licence = "CC BY 4.0",
                   .damaged = {{"cat/1.jpg", "it is cut"}}},
          .init = {},
          .options = {{"seed", std::int64_t{7}, "--seed"},
                      {"overlap", true, "default"},
                      {"learning_rate", 0.002, "recipe vat/digits, line 9"},
                      {"average", 0.0, "default"},
                      {"draw", std::string("balanced"), "default"}},
          .results = RunRecord::Results{
              .iterations = 300,
              .weights_of_iteration = 240,
              .test_error = 0.15,
              .test_errors = 3,
              .test_samples = 20,
              .test_loss = 0.1 + 0.2,
              .macro_f1 = 0.85,
              .weighted_f1 = 0.84,
              .seconds = 1.5,
              .evaluation_seconds = 0.25,
              .set_up_seconds = 0.125,
              .samples_drawn = 28000,
              .peak_memory = 400000000,
              .per_class = {{0.9, 0.8, 0.85, 10}, {0.7, 1, 0.82, 10}},
              .confusion = {9, 1, 2, 8},
              .calibration =
                  Calibration{.temperature = 1.5, .fitted_on = 40, .before = {}, .after = {}}}};
}

std::string complaint_about(std::string_view text) {
  TemporaryFolder folder;
  try {
    read_run_record(folder.write("run.json", text));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::storage);
    EXPECT_THAT(error.what(), HasSubstr((folder / "run.json").string()));
    EXPECT_FALSE(error.parts().next.empty());
    return error.what();
  }
  return "none";
}

/// The example's text with one part of it replaced.
std::string with(const std::string& part, const std::string& other) {
  auto text = to_json(example());
  const auto at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return text.replace(at, part.size(), other);
}

TEST(RunRecord, WeightsThatTrainingBeganWithAreReadBack) {
  auto record = example();
  EXPECT_THAT(to_json(record), Not(HasSubstr("\"init\"")));
  record.init = RunRecord::Init{.source = "runs/a b",
                                .network = "resnet-18",
                                .checksum = "0f",
                                .loaded = 120,
                                .not_in_file = {"fc.weight", "fc.bias"},
                                .left_out = {"fc.weight"},
                                .head_labels = 50};
  TemporaryFolder folder;
  write_run_record(folder / "run.json", record);
  const auto read = read_run_record(folder / "run.json");
  EXPECT_EQ(to_json(read), to_json(record));
  EXPECT_EQ(read.init->head_labels, 50);
}

TEST(RunRecord, KeysStandInTheirOrder) {
  EXPECT_THAT(to_json(example()), AllOf(HasSubstr(R"({
  "status": "finished",
  "method": "vat",
  "dataset": "digits",
  "versions": {
    "sslhost": "0.2.0",)"),
                                        HasSubstr(R"(  "options": {
    "seed": {
      "value": 7,
      "from": "--seed"
    },
    "overlap": {
      "value": true,)"),
                                        HasSubstr(R"(      "value": 0.0,)"), HasSubstr(R"(
    "confusion": [
      9,
      1,
      2,
      8
    ],
    "calibration": {
)")));
}

TEST(RunRecord, ComesBackAsItWasWritten) {
  TemporaryFolder folder;
  const auto record = example();
  write_run_record(folder / "run.json", record);
  EXPECT_EQ(read_text(folder / "run.json"), to_json(record));
  const auto read = read_run_record(folder / "run.json");
  EXPECT_EQ(to_json(read), to_json(record)) << "to the last bit of each number";
  EXPECT_EQ(read.status, RunRecord::Status::finished);
  EXPECT_EQ(read.method_plugin.file, "/plugins/vat.so");
  ASSERT_EQ(read.method_plugin.changes.size(), 1U);
  EXPECT_EQ(read.method_plugin.changes[0].iteration, 120);
  EXPECT_EQ(*read.option("seed"), OptionValue(std::int64_t{7}));
  EXPECT_EQ(*read.option("average"), OptionValue(0.0)) << "a number, not an integer";
  EXPECT_EQ(*read.option("draw"), OptionValue(std::string("balanced")));
  EXPECT_EQ(read.option("seeds"), nullptr);
  EXPECT_EQ(read.options[2].origin, "recipe vat/digits, line 9");
  EXPECT_EQ(read.results->per_class[1].f1, 0.82);
  EXPECT_THAT(read.results->confusion, ElementsAre(9, 1, 2, 8));
  EXPECT_EQ(read.results->calibration->temperature, 1.5);
}

TEST(RunRecord, OfARunThatGoesOnHasNoResults) {
  TemporaryFolder folder;
  auto record = example();
  record.status = RunRecord::Status::running;
  record.results.reset();
  EXPECT_THAT(to_json(record), Not(HasSubstr("results")));
  write_run_record(folder / "run.json", record);
  const auto read = read_run_record(folder / "run.json");
  EXPECT_EQ(read.status, RunRecord::Status::running);
  EXPECT_FALSE(read.results);
}

TEST(RunRecord, WhatJsonLacksIsNaN) {
  TemporaryFolder folder;
  auto record = example();
  record.results->test_loss = std::numeric_limits<double>::infinity();
  write_run_record(folder / "run.json", record);
  EXPECT_TRUE(std::isnan(read_run_record(folder / "run.json").results->test_loss));
}

TEST(RunRecord, BytesThatAreNoTextDoNotKeepItFromBeingWritten) {
  TemporaryFolder folder;
  auto record = example();
  record.data.origin = "caf\xe9";
  write_run_record(folder / "run.json", record);
  EXPECT_EQ(read_run_record(folder / "run.json").data.origin, "caf\xef\xbf\xbd");
}

// Of sslhost 0.1.0, shortened: `spread` for data_rms, options by their earlier names, no path of
// convolutions in its first builds. And a key that only a later version knows.
constexpr const char* kOlder = R"({
  "status": "finished", "method": "supervised", "dataset": "digits",
  "versions": {"sslhost": "0.1.0", "method": "0.1.0", "dataset": "0.1.0", "libtorch": "2.11.0", "compiler": "g++ 12.2.0"},
  "device": {"name": "cpu", "hardware": "Intel(R) Xeon(R) Processor, 1 threads", "linear_layers": "blas"},
  "data": {"classes": ["0", "1"], "shape": [1, 8, 8], "spread": 2.1686865182394697, "labeled": 50, "unlabeled": 3823,
           "validation": 0, "test": 4, "split_hash": "066fe1", "origin": "UCI", "licence": "CC BY 4.0", "later": [{}]},
  "options": {"seed": {"value": 0, "from": "default"}, "rate": {"value": 0.002, "from": "recipe supervised/digits, line 9"}},
  "results": {"iterations": 300, "weights_of_iteration": 300, "test_error": 0.25, "test_errors": 1, "test_samples": 4,
              "test_loss": 0.19, "macro_f1": 0.73, "weighted_f1": 0.73, "seconds": 2.3, "evaluation_seconds": 0.1,
              "set_up_seconds": 0.2, "confusion": [2, 0, 1, 1],
              "per_class": [{"precision": 0.667, "recall": 1.0, "f1": 0.8, "support": 2},
                            {"precision": 1.0, "recall": 0.5, "f1": 0.667, "support": 2}]}
})";

TEST(RunRecord, OfTheFirstVersionIsRead) {
  TemporaryFolder folder;
  const auto record = read_run_record(folder.write("run.json", kOlder));
  EXPECT_EQ(record.versions.sslhost, "0.1.0");
  EXPECT_EQ(record.method_plugin.checksum, "");
  EXPECT_EQ(record.data.data_rms, 2.1686865182394697);
  EXPECT_THAT(record.device.kernels, ElementsAre(Pair("linear_layers", "blas")));
  EXPECT_EQ(*record.option("rate"), OptionValue(0.002)) << "names stay as they were recorded";
  EXPECT_EQ(record.results->test_error, 0.25);
  EXPECT_FALSE(record.results->calibration);
}

TEST(RunRecord, DamageIsNamedWithItsField) {
  EXPECT_THAT(
      complaint_about(with("\"finished\"", "\"done\"")),
      AllOf(HasSubstr("field status"), HasSubstr("running or finished"), HasSubstr("done")));
  EXPECT_THAT(complaint_about(with("\"licence\"", "\"license\"")),
              AllOf(HasSubstr("field data.licence"), HasSubstr("no such field")));
  EXPECT_THAT(complaint_about(with("\"unlabeled\": 3823", "\"unlabeled\": -1")),
              AllOf(HasSubstr("field data.unlabeled"), HasSubstr("an integer from 0")));
  EXPECT_THAT(complaint_about(with("\"value\": 7", "\"value\": [7]")),
              AllOf(HasSubstr("field options.seed.value"), HasSubstr("a number")));
  EXPECT_THAT(complaint_about(with("\"test_error\": 0.15", "\"test_error\": \"low\"")),
              HasSubstr("field results.test_error"));
  for (const char* value : {"-5", "1.5"})
    EXPECT_THAT(
        complaint_about(with("\"test_error\": 0.15", "\"test_error\": " + std::string(value))),
        AllOf(HasSubstr("field results.test_error"), HasSubstr("from 0 to 1"), HasSubstr(value)));
  EXPECT_THAT(complaint_about(with("      9,\n", "")),
              AllOf(HasSubstr("field results.confusion"), HasSubstr("4 elements for 2 classes")));
  EXPECT_THAT(complaint_about(with("\"results\"", "\"result\"")), HasSubstr("field results"));
}

TEST(RunRecord, WhatIsNoRecordIsRefused) {
  const auto whole = to_json(example());
  EXPECT_THAT(complaint_about(whole.substr(0, whole.size() / 2)),
              AllOf(HasSubstr(", byte "), HasSubstr("expected JSON")));
  EXPECT_THAT(complaint_about(""), HasSubstr("expected JSON"));
  EXPECT_THAT(complaint_about(R"({"status":1e999})"), HasSubstr("1e999")) << "beyond double";
  EXPECT_THAT(complaint_about("[]"), HasSubstr("an object"));
  EXPECT_THAT(complaint_about("{}"), HasSubstr("field status"));
  TemporaryFolder folder;
  for (const auto& path : {folder.path(), folder / "missing"}) {
    expect_failure(ExitCode::storage, "a run's record that can be read",
                   [&] { read_run_record(path); });
  }
}

}  // namespace
}  // namespace sslhost::host
