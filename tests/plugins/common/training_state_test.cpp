// SPDX-License-Identifier: Apache-2.0
// What methods keep of earlier batches goes on with a resumed run, and is no part of the model.
#include <algorithm>

#include <gmock/gmock.h>

#include "host/storage/safetensors.hpp"
#include "tests/conformance/small_run.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::testing {
namespace {

struct Kept {
  std::string method;
  std::vector<std::string> states;
};

class TrainingState : public ::testing::TestWithParam<Kept> {};

TEST_P(TrainingState, IsInCheckpointsAndNotInTheModel) {
  const TemporaryFolder folder;
  const auto run = folder.path() / "run";
  trained_model(small_run(GetParam().method), run);
  const auto names = [&](const char* file) {
    std::vector<std::string> all;
    for (const auto& [name, tensor] : host::load_safetensors(run / file).tensors)
      all.push_back(name);
    return all;
  };
  const auto checkpoint = names("checkpoint.safetensors"), model = names("model.safetensors");
  for (const auto& state : GetParam().states) {
    EXPECT_THAT(checkpoint, ::testing::Contains("model/" + state));
    EXPECT_THAT(model, ::testing::Not(::testing::Contains(state)));
  }
  EXPECT_THAT(model, ::testing::Contains("net.head.weight"));
}

INSTANTIATE_TEST_SUITE_P(Methods, TrainingState,
                         ::testing::Values(Kept{"freematch", {"threshold", "average", "histogram"}},
                                           Kept{"softmatch", {"mean", "variance", "average"}},
                                           Kept{"self-training",
                                                {"labels", "mask", "temperature", "first_0"}}),
                         [](const auto& test) {
                           auto name = test.param.method;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace sslhost::testing
