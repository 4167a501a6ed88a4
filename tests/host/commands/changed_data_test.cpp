// SPDX-License-Identifier: Apache-2.0
// Data that change between a run and its --resume.
#include <fstream>

#include "tests/datasets/idx_bytes.hpp"
#include "tests/host/commands/program.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ChangedData : public Program {
 protected:
  ChangedData() {
    idx::write_set(folder_.folder("set"), 60, 3);
    const auto r = run({"--plugin",  "supervised", "--dataset", "mnist", "--data",       "set",
                        "--model",   "mlp-32",     "--labels",  "6",     "--unlabeled",  "20",
                        "--seed",    "4",          "--batch",   "6",     "--iterations", "4",
                        "--threads", "1",          "--out",     "run",   "--quiet"});
    EXPECT_EQ(code(r.status), 0) << r.errors;
  }

  nlohmann::json split() const { return nlohmann::json::parse(read_text("run/split.json")); }
  nlohmann::json data() const { return nlohmann::json::parse(read_text("run/run.json"))["data"]; }

  /// Adds 1 to a pixel, or a label, of the training part.
  static void change(const std::string& file, std::streamoff header, int64_t at) {
    std::fstream stream("set/" + file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(header + at);
    const auto value = static_cast<char>(stream.get() + 1);
    stream.seekp(header + at);
    stream.put(value);
  }
  static void change_pixel(int64_t sample) { change("train-images-idx3-ubyte", 16, sample * 6); }

  void resumes(const Arguments& more = {}) {
    const auto r = run(Arguments{"--resume", "run", "--quiet"} + more);
    EXPECT_EQ(code(r.status), 0) << r.errors;
  }
  void is_refused() {
    const auto before = read_text("run/checkpoint.safetensors");
    const auto r = run({"--resume", "run", "--quiet"});
    EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::storage)) << r.errors;
    EXPECT_THAT(r.errors,
                AllOf(HasSubstr("run/split.json"), HasSubstr("--resume run --data-changed")));
    EXPECT_EQ(read_text("run/checkpoint.safetensors"), before);
  }
};

TEST_F(ChangedData, TheSameDataInAnotherPlaceResume) {
  std::filesystem::rename("set", "moved");
  const auto r = run({"--resume", "run"});
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::data));
  EXPECT_THAT(r.errors, AllOf(HasSubstr("/set"), HasSubstr("nothing there"),
                              HasSubstr("the line `data = ...` of run/config.toml")));
  auto config = read_text("run/config.toml");
  const auto at = config.find("/set\"");
  ASSERT_NE(at, config.npos);
  std::ofstream("run/config.toml") << config.replace(at, 5, "/moved\"");
  resumes();
  EXPECT_EQ(data()["content"], split()["content"]);
  EXPECT_TRUE(data()["changes"].empty());
}

TEST_F(ChangedData, APixelOfAnyRoleIsNoticed) {
  for (const char* role : {"labeled", "unlabeled"}) {
    const auto sample = split()[role][1].get<int64_t>();
    change_pixel(sample);
    is_refused();
    for (int i = 0; i < 255; ++i) change_pixel(sample);  // round to what it was
  }
  resumes();
  change("t10k-images-idx3-ubyte", 16, 0);
  is_refused();
}

TEST_F(ChangedData, ALabelOfATestSampleIsNoticed) {
  change("t10k-labels-idx1-ubyte", 8, 0);
  is_refused();
}

TEST_F(ChangedData, WhatTheSplitDoesNotUseMayChange) {
  const auto roles = split();
  std::vector<bool> used(60);
  for (const char* role : {"labeled", "unlabeled"})
    for (const auto& id : roles[role]) used[id.get<size_t>()] = true;
  const auto unused = std::find(used.begin(), used.end(), false) - used.begin();
  ASSERT_LT(unused, 60);
  change_pixel(unused);
  resumes();
}

TEST_F(ChangedData, GoesOnWhereTheUserSaysSoAndIsRecordedOnce) {
  const auto before = split()["content"];
  change("t10k-images-idx3-ubyte", 16, 0);
  resumes({"--data-changed"});
  const auto after = split()["content"];
  EXPECT_NE(before, after);
  EXPECT_EQ(data()["content"], after);
  const nlohmann::json changes = {{{"iteration", 4}, {"from", before}}};
  EXPECT_EQ(data()["changes"], changes);
  EXPECT_EQ(split()["changes"], changes);
  EXPECT_THAT(read_text("run/report.html"), HasSubstr("other data from iteration 4 on"));
  resumes();
  EXPECT_EQ(data()["changes"], changes);
}

TEST_F(ChangedData, ASplitOfAnEarlierVersionIsReadAsBefore) {
  auto old = nlohmann::ordered_json::parse(read_text("run/split.json"));
  old.erase("content");
  std::ofstream("run/split.json") << old.dump();
  change("t10k-images-idx3-ubyte", 16, 0);
  resumes();
}

TEST_F(ChangedData, TheFlagIsForResumeAlone) {
  const auto r = run({"--plugin", "vat", "--data-changed"});
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::usage));
  EXPECT_THAT(r.errors, AllOf(HasSubstr("--resume RUN"), Not(HasSubstr("option 'data"))));
}

}  // namespace
}  // namespace sslhost::host
