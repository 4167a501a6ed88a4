// SPDX-License-Identifier: Apache-2.0
// Whole runs: what is frozen stays, what is cached changes nothing, what pretraining gives.
#include <set>
#include <sstream>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "host/storage/safetensors.hpp"
#include "tests/conformance/small_run.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::testing {
namespace {

class TransferRuns : public ::testing::Test {
 protected:
  std::string model(const OptionTexts& more) {
    return trained_model(small_run("autoencoder-transfer", more), fresh());
  }
  /// Tensors of one part of the network after a run.
  std::vector<std::pair<std::string, Tensor>> part(const std::string& name,
                                                   const OptionTexts& more) {
    model(more);
    std::vector<std::pair<std::string, Tensor>> found;
    const auto file = folder_ / std::to_string(count_ - 1) / "model.safetensors";
    for (const auto& entry : host::load_safetensors(file).tensors)
      if (entry.first.starts_with(name + ".")) found.push_back(entry);
    EXPECT_FALSE(found.empty());
    return found;
  }
  static void expect_equal(const std::vector<std::pair<std::string, Tensor>>& a,
                           const std::vector<std::pair<std::string, Tensor>>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i)
      EXPECT_TRUE(at::equal(a[i].second, b[i].second)) << a[i].first;
  }
  static int64_t differing(const std::vector<std::pair<std::string, Tensor>>& a,
                           const std::vector<std::pair<std::string, Tensor>>& b) {
    int64_t count = 0;
    for (size_t i = 0; i < a.size(); ++i) count += at::equal(a[i].second, b[i].second) ? 0 : 1;
    return count;
  }
  std::filesystem::path fresh() { return folder_ / std::to_string(count_++); }

 private:
  TemporaryFolder folder_;
  int count_ = 0;
};

OptionTexts frozen(const char* iterations) {
  return {{"iterations", iterations}, {"finetune_iterations", "0"}, {"head_dropout", "0.3"}};
}

TEST_F(TransferRuns, TheFrozenPhaseLeavesTheEncoderItsWeightsAndStatistics) {
  expect_equal(part("encoder", frozen("1")), part("encoder", frozen("40")));
  EXPECT_GT(differing(part("classifier", frozen("1")), part("classifier", frozen("40"))), 0);
}

TEST_F(TransferRuns, FineTuningMovesTheEncoderAndNotTheDecoder) {
  const OptionTexts tuned = {{"iterations", "14"}, {"finetune_iterations", "6"}};
  EXPECT_GT(differing(part("encoder", frozen("14")), part("encoder", tuned)), 0);
  expect_equal(part("decoder", frozen("14")), part("decoder", tuned));
}

TEST_F(TransferRuns, AnOptimizerThatRestsLogsNoRate) {
  const auto run = fresh();
  trained_model(small_run("autoencoder-transfer", {{"finetune_iterations", "6"}}), run);
  std::istringstream lines(metrics_of(run));
  const auto holds = [](const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  };
  std::set<std::string> seen;
  for (std::string line; std::getline(lines, line);)
    for (const std::string phase : {"reconstruct", "classify", "finetune"})
      for (const std::string rate : {"reconstruct", "classify", "finetune"})
        if (holds(line, R"("phase":")" + phase) && holds(line, "learning_rate_" + rate))
          seen.insert(phase + " logs " + rate);
  EXPECT_THAT(seen, ::testing::ElementsAre("classify logs classify", "finetune logs finetune",
                                           "reconstruct logs reconstruct"));
}

TEST_F(TransferRuns, CachedFeaturesChangeNoBit) {
  for (const auto* encoder : {"model", "conv"})
    for (const auto* batch : {"32", "50"}) {  // 32: the last piece of the 50 images is a short one
      const OptionTexts with = {{"architecture", encoder}, {"batch", batch}, {"cache", "true"}};
      const OptionTexts without = {{"architecture", encoder}, {"batch", batch}, {"cache", "false"}};
      SCOPED_TRACE(std::string(encoder) + ", batches of " + batch);
      for (const auto* name : {"encoder", "decoder", "classifier"})
        expect_equal(part(name, with), part(name, without));
    }
}

TEST_F(TransferRuns, AWrongHeadIsRefusedInWords) {
  expect_failure(ExitCode::usage, "expected widths such as 1024-512",
                 [&] { model({{"head", "1024-"}}); });
}

}  // namespace
}  // namespace sslhost::testing
