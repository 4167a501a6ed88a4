// SPDX-License-Identifier: Apache-2.0
// Whole runs on the embedded digits. That they are the same when resumed, the conformance suite
// shows.
#include <gmock/gmock.h>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include "host/storage/safetensors.hpp"
#include "tests/conformance/small_run.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::testing {
namespace {

class PropagationRuns : public ::testing::Test {
 protected:
  std::string model(const OptionTexts& more = {}) {
    return trained_model(small_run("label-propagation", more), folder / std::to_string(count++));
  }
  RunResult result(const OptionTexts& more) {
    auto request = small_run("label-propagation", more);
    request.options.emplace_back("out", (folder / std::to_string(count++)).string());
    Silent silent;
    return train(request, silent);
  }
  TemporaryFolder folder;
  int count = 0;
};

TEST_F(PropagationRuns, TheNumberOfThreadsChangesNoBit) {
  const auto one = model({{"threads", "1"}}), two = model({{"threads", "2"}});
  at::set_num_threads(1);
  EXPECT_EQ(one, two);
}

TEST_F(PropagationRuns, UnlabeledSamplesHalveTheError) {
  const auto few = result({{"unlabeled", "50"}}), all = result({{"unlabeled", "-1"}});
  EXPECT_LT(all.test_error, 0.5 * few.test_error);
  EXPECT_LT(all.test_error, 0.07);
  EXPECT_EQ(all.iterations, 0);
}

TEST_F(PropagationRuns, TheModelAnswersByItself) {
  model();
  const auto run = folder / "0";
  const auto images = at::arange(5 * 64).remainder(17).to(at::kByte).view({5, 1, 8, 8});
  const auto expected = Classifier::load(run, "cpu", this_build()).predict(images);
  const auto alone = folder / "model.safetensors";
  std::filesystem::rename(run / "model.safetensors", alone);
  std::filesystem::remove_all(run);
  EXPECT_TRUE(at::equal(Classifier::load(alone, "cpu", this_build()).predict(images), expected));
}

TEST_F(PropagationRuns, AveragedWeightsAndBestOnesAreTheSolution) {
  const auto usual = model({{"validation", "100"}});
  EXPECT_EQ(usual, model({{"validation", "100"}, {"average", "0.9"}, {"select", "best"}}));
}

TEST_F(PropagationRuns, TheValidationErrorIsInTheMetrics) {
  model({{"validation", "100"}});
  EXPECT_THAT(metrics_of(folder / "0"), ::testing::AllOf(::testing::HasSubstr("validation_error"),
                                                         ::testing::HasSubstr("test_error")));
}

}  // namespace
}  // namespace sslhost::testing
