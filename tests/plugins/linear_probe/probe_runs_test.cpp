// SPDX-License-Identifier: Apache-2.0
// Whole runs on the embedded digits.
#include <map>

#include <gmock/gmock.h>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include "host/storage/safetensors.hpp"
#include "tests/conformance/small_run.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::testing {
namespace {

class ProbeRuns : public ::testing::Test {
 protected:
  std::string model(const OptionTexts& more = {}) {
    return trained_model(small_run("linear-probe", more), fresh());
  }
  std::map<std::string, Tensor> tensors(const OptionTexts& more = {}) {
    const auto run = fresh();
    trained_model(small_run("linear-probe", more), run);
    std::map<std::string, Tensor> all;
    for (const auto& [name, tensor] : host::load_safetensors(run / "model.safetensors").tensors)
      all[name] = tensor;
    return all;
  }
  std::filesystem::path fresh() { return folder / std::to_string(count++); }
  TemporaryFolder folder;
  int count = 0;
};

TEST_F(ProbeRuns, TheModelIsLinearWhateverTheNetwork) {
  const auto all = tensors();
  EXPECT_EQ(all.at("net.head.weight").sizes(), (std::vector<int64_t>{10, 64}));
  EXPECT_EQ(model({{"model", "mlp-16-16"}}), model({{"model", "cnn-3x3"}}));
}

TEST_F(ProbeRuns, TheModelPredictsWithoutThePlugin) {
  const auto run = fresh();
  trained_model(small_run("linear-probe"), run);
  const auto images = at::arange(5 * 64).remainder(17).to(at::kByte).view({5, 1, 8, 8});
  const auto with = Classifier::load(run, "cpu", this_build()).predict(images);
  EXPECT_TRUE(at::equal(Classifier::load(run, "cpu", TrainRequest()).predict(images), with));
}

TEST_F(ProbeRuns, UnlabeledSamplesChangeNothing) {
  EXPECT_EQ(model({{"unlabeled", "10"}}), model({{"unlabeled", "900"}}));
}

TEST_F(ProbeRuns, ThePenaltyIsTheOneGivenOrTheOneChosen) {
  EXPECT_EQ(tensors({{"l2", "3"}}).at("l2").item<double>(), 3);
  const auto chosen = tensors();
  const double l2 = chosen.at("l2").item<double>();
  EXPECT_GE(l2, 0.01);
  EXPECT_LE(l2, 1e4);
  const auto given = tensors({{"l2", std::to_string(l2)}});
  EXPECT_TRUE(at::equal(given.at("net.head.weight"), chosen.at("net.head.weight")));
}

TEST_F(ProbeRuns, TheNumberOfThreadsChangesRoundingAtMost) {
  const auto one = tensors({{"threads", "1"}, {"l2", "1"}}),
             two = tensors({{"threads", "2"}, {"l2", "1"}});
  at::set_num_threads(1);
  EXPECT_TRUE(at::allclose(one.at("net.head.weight"), two.at("net.head.weight"), 1e-5, 1e-6));
}

TEST_F(ProbeRuns, AveragedWeightsAndBestOnesAreTheSolution) {
  const auto usual = model({{"validation", "100"}});
  EXPECT_EQ(usual, model({{"validation", "100"}, {"average", "0.9"}, {"select", "best"}}));
}

TEST_F(ProbeRuns, APenaltyBelowZeroIsRefused) {
  expect_failure(ExitCode::usage, ::testing::HasSubstr("l2"), [&] { model({{"l2", "-1"}}); });
}

}  // namespace
}  // namespace sslhost::testing
