// SPDX-License-Identifier: Apache-2.0
// sslhost export, through the program.
#include "onnx_file.hpp"
#include "tests/host/commands/program.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::names_in;
using sslhost::testing::write_text;
using ::testing::HasSubstr;

class Export : public Program {
 protected:
  Export() { result_of(small_run(20, "run")); }
  static void expect_refused(ExitCode expected, const std::string& text,
                             const Arguments& arguments) {
    const auto r = run(Arguments{"export"} + arguments);
    EXPECT_EQ(code(r.status), static_cast<int>(expected)) << r.errors;
    EXPECT_THAT(r.errors, HasSubstr(text));
  }
  static void expect_done(const Arguments& arguments) {
    const auto r = run(Arguments{"export"} + arguments);
    EXPECT_EQ(code(r.status), 0) << r.errors;
  }
};

TEST_F(Export, OnnxLiesBesideTheModelAndSaysWhatItIs) {
  const auto r = run({"export", "run", "--format", "onnx"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_EQ(r.output,
            "run/model.onnx: input uint8 [batch, 1, 8, 8], logits and probabilities [batch, 10]\n");
  auto file = OnnxFile(read_text("run/model.onnx"));
  EXPECT_EQ(nlohmann::json::parse(file.notes["classes"]).size(), 10u);
  EXPECT_EQ(nlohmann::json::parse(file.notes["preparation"])["scale"], 1.0 / 16);
  EXPECT_EQ(file.notes["input"], "uint8 [batch, 1, 8, 8]");
  EXPECT_EQ(file.notes["weights_sha256"].size(), 64u);
  EXPECT_THAT(file.notes["licence"], HasSubstr("trained by the user"));
}

TEST_F(Export, NothingIsWrittenOverUnlessAskedTo) {
  write_text("run/model.onnx", "mine");
  expect_refused(ExitCode::usage, "--force", {"run", "--format", "onnx"});
  EXPECT_EQ(read_text("run/model.onnx"), "mine");
  expect_done({"run", "--format", "onnx", "--force"});
  EXPECT_GT(read_text("run/model.onnx").size(), 1000u);
  expect_refused(ExitCode::usage, "files in it",
                 {"run", "--format", "python", "--out", "run/pictures"});
}

TEST_F(Export, PythonIsAFolderWithAModelCard) {
  expect_done({"run", "--format", "python"});
  EXPECT_EQ(names_in("run/model-python"),
            (std::set<std::string>{"README.md", "model.py", "model.safetensors"}));
  const auto card = read_text("run/model-python/README.md");
  EXPECT_THAT(card, HasSubstr("| labeled samples | 50 |"));
  EXPECT_THAT(card, HasSubstr("95 % interval"));
  EXPECT_THAT(card, HasSubstr("CC BY 4.0"));
  EXPECT_THAT(read_text("run/model-python/model.py"), HasSubstr("F.linear(x1, w[\"net.head."));
}

TEST_F(Export, AModelAloneHasACardWithoutErrors) {
  std::filesystem::rename("run/model.safetensors", "alone.safetensors");
  expect_done({"alone.safetensors", "--format", "python"});
  EXPECT_THAT(read_text("alone-python/README.md"), HasSubstr("its run is not known here"));
}

TEST_F(Export, BadInputIsNamed) {
  expect_refused(ExitCode::usage, "onnx or python", {"run"});
  expect_refused(ExitCode::usage, "'tflite'", {"run", "--format", "tflite"});
  expect_refused(ExitCode::usage, "one run or model", {"--format", "onnx"});
  expect_refused(ExitCode::storage, "nowhere", {"nowhere", "--format", "onnx"});
  expect_refused(ExitCode::usage, "a folder", {"run", "--format", "onnx", "--out", "run/pictures"});
  expect_refused(ExitCode::storage, "no/such", {"run", "--format", "onnx", "--out", "no/such/x"});
}

/// Its rule is its own: the nearest of all samples vote.
TEST_F(Export, WhatAMethodPredictsByItselfIsExportedToo) {
  result_of({"--plugin", "label-propagation", "--unlabeled", "300", "--out", "propagated"});
  expect_done({"propagated", "--format", "onnx"});
  const auto file = OnnxFile(read_text("propagated/model.onnx"));
  EXPECT_TRUE(file.tensors.contains("points"));
  EXPECT_TRUE(file.tensors.contains("votes"));
  expect_done({"propagated", "--format", "python"});
}

}  // namespace
}  // namespace sslhost::host
