// SPDX-License-Identifier: Apache-2.0
// A graph over whole pools, refreshed within a phase. That a run resumes to the same bits, the
// conformance suite shows.
#include "tests/methods/graph_pseudo_labels.cpp"  // NOLINT: the class is in an anonymous namespace

#include <gmock/gmock.h>

#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>

#include "host/storage/safetensors.hpp"
#include "tests/conformance/stepper.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using sslhost::testing::Stepper;
using sslhost::testing::WatchedStep;

TEST(Graph, LabelsReachTheSamplesThatAreConnected) {
  // Two directions; one labeled sample in each.
  const auto features =
      at::tensor({1.f, 0.f, 1.f, .1f, 1.f, -.1f, 0.f, 1.f, .1f, 1.f}).view({5, 2});
  const auto labels = at::tensor({1.f, 0.f, 0.f, 0.f, 0.f, 0.f, 0.f, 1.f, 0.f, 0.f}).view({5, 2});
  const auto z = propagate(normalized_graph(features, 2, 3), labels, 0.9);
  EXPECT_TRUE(at::equal(z.argmax(1), at::tensor({0, 0, 0, 1, 1}, at::kLong)));
  const auto sure = certainty(z);
  EXPECT_TRUE(sure.ge(0).all().item<bool>() && sure.le(1).all().item<bool>());
}

TEST(Refresh, ChangesPseudoLabelsAtItsIntervalAndNowhereElse) {
  Stepper stepper("graph-pseudo-labels", {{"refresh_every", "4"}, {"learning_rate", "0.05"}});
  const auto weights = stepper.tensor("weights");
  Tensor before = weights.clone();
  int64_t iteration = 0;
  std::vector<int64_t> changed;
  stepper.run(12, [&](Method& method, WatchedStep& step) {
    if (step.phase() == "propagate") {
      if (!at::equal(weights, before)) changed.push_back(iteration);
      before = weights.clone();
      ++iteration;
    }
    method.step(step);
  });
  EXPECT_THAT(changed, ::testing::ElementsAre(0, 4, 8));
}

TEST(TrainingState, IsInCheckpointsAndNotInTheModel) {
  sslhost::testing::TemporaryFolder folder;
  const auto run = folder.path() / "run";
  sslhost::testing::trained_model(sslhost::testing::small_run("graph-pseudo-labels"), run);
  const auto holds = [](const std::filesystem::path& file, const std::string& wanted) {
    const auto tensors = sslhost::host::load_safetensors(file).tensors;
    return std::any_of(tensors.begin(), tensors.end(),
                       [&](const auto& entry) { return entry.first == wanted; });
  };
  EXPECT_TRUE(holds(run / "checkpoint.safetensors", "model/weights"));
  EXPECT_FALSE(holds(run / "model.safetensors", "weights"));
  EXPECT_TRUE(holds(run / "model.safetensors", "net.head.weight"));
}

}  // namespace
