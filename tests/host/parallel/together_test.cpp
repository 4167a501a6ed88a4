// SPDX-License-Identifier: Apache-2.0
// Two and three processes train the model that one trains.
#include <cmath>

#include <ATen/Functions.h>

#include "host/storage/safetensors.hpp"
#include "tests/host/parallel/ranks.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Case {
  std::string method;
  Arguments options;
  friend void PrintTo(const Case& c, std::ostream* out) { *out << c.method; }
};

/// With plain steps: Adam makes of a gradient that rounds to either side of zero a whole step.
const Case kCases[] = {
    {"supervised", {}},
    {"vat", {"--unlabeled-batch", "96"}},
    {"vat", {"--unlabeled-batch", "96", "--model", "cnn-4x4", "--update", "alternating"}},
    {"fixmatch", {"--unlabeled-ratio", "1"}},
    {"mean-teacher", {"--unlabeled-batch", "96", "--noise", "0", "--dropout", "0"}},
    {"pi-model",
     {"--unlabeled-batch", "96", "--noise", "0", "--dropout", "0", "--weak", "shift:1"}},
    {"pseudo-label", {"--unlabeled-batch", "96", "--start", "0", "--rise", "0.5"}},
    {"uda", {"--unlabeled-ratio", "1", "--threshold", "0.1", "--annealing", "linear"}},
    {"freematch", {"--unlabeled-ratio", "1", "--decay", "0.5"}},
    {"softmatch", {"--unlabeled-ratio", "1", "--decay", "0.9"}},
    {"self-training", {"--unlabeled-batch", "96"}},
    {"sgan",
     {"--unlabeled-batch", "96", "--generator-optimizer", "sgd", "--generator-learning-rate",
      "0.01"}},
    {"autoencoder-transfer",
     {"--reconstruct-batch", "96", "--reconstruct-iterations", "4", "--reconstruct-optimizer",
      "sgd", "--reconstruct-learning-rate", "0.01", "--finetune-batch", "60",
      "--finetune-iterations", "4", "--finetune-optimizer", "sgd", "--finetune-learning-rate",
      "0.01"}}};

class SeveralRanks : public Together, public ::testing::WithParamInterface<Case> {
 protected:
  static TensorFile model_of(const std::string& run) {
    return load_safetensors(run + "/model.safetensors");
  }
};

/// The largest difference of a tensor's numbers, in units of its root mean square; where that is
/// small, in hundredths: the true gradient of a bias before a batch norm is zero.
double difference(const at::Tensor& found, const at::Tensor& expected) {
  const auto exact = expected.to(at::kDouble);
  const auto size = std::max(1e-2, exact.square().mean().sqrt().item<double>());
  return (found.to(at::kDouble) - exact).abs().max().item<double>() / size;
}

TEST_P(SeveralRanks, TrainTheModelThatOneTrains) {
  const auto& [method, options] = GetParam();
  const auto words = [&](const std::string& out) {
    return training(method, 4, out, options) +
           Arguments{"--optimizer", "sgd", "--learning-rate", "0.01"};
  };
  ASSERT_NO_FATAL_FAILURE(run_together(2, words("two")));
  ASSERT_NO_FATAL_FAILURE(run_together(3, words("three")));
  result_of(words("one"));
  const auto one = model_of("one"), two = model_of("two"), three = model_of("three");
  ASSERT_FALSE(one.tensors.empty());
  for (const auto& [name, tensor] : one.tensors) {
    EXPECT_LT(difference(two.find(name), tensor), 1e-5) << name << ", two ranks";
    EXPECT_LT(difference(three.find(name), tensor), 1e-5) << name << ", three ranks";
  }
  const auto alone = timeless_metrics("one"), together = timeless_metrics("two");
  ASSERT_EQ(alone.size(), together.size());
  for (size_t i = 0; i < alone.size(); ++i)
    for (const auto& [name, value] : alone[i].items())
      if (value.is_number_float())
        EXPECT_NEAR(together[i][name].get<double>(), value.get<double>(),
                    1e-4 * std::max(1.0, std::abs(value.get<double>())))
            << name << ", line " << i;
}

INSTANTIATE_TEST_SUITE_P(Methods, SeveralRanks, ::testing::ValuesIn(kCases), [](const auto& info) {
  auto name = std::to_string(info.index) + "_" + info.param.method;
  for (auto& c : name) c = c == '-' ? '_' : c;
  return name;
});

class Ranks : public Together {};

TEST_F(Ranks, OnlyTheFirstSpeaksAndWrites) {
  auto ranks = start(2, training("vat", 4, "it", {"--unlabeled-batch", "96"}));
  ASSERT_EQ(code(ranks[0]->wait()), 0) << ranks[0]->errors();
  ASSERT_EQ(code(ranks[1]->wait()), 0) << ranks[1]->errors();
  EXPECT_THAT(read_text("rank0.out"), HasSubstr("test error"));
  EXPECT_THAT(read_text("rank1.out"), IsEmpty());
  EXPECT_THAT(ranks[1]->errors(), IsEmpty());
}

/// As on cards: what a step exchanges is on the device, and the host cannot touch it there.
TEST_F(Ranks, OnADeviceOfTheirOwnTrainTheSameModel) {
  const auto words = [](const std::string& out, const std::string& device) {
    return training("vat", 4, out,
                    {"--unlabeled-batch", "96", "--optimizer", "sgd", "--learning-rate", "0.01",
                     "--device", device});
  };
  ASSERT_NO_FATAL_FAILURE(run_together(2, words("host", "cpu")));
  ASSERT_NO_FATAL_FAILURE(run_together(2, words("device", "pretend")));
  const auto expected = load_safetensors("host/model.safetensors"),
             found = load_safetensors("device/model.safetensors");
  ASSERT_FALSE(expected.tensors.empty());
  for (const auto& [name, tensor] : expected.tensors)
    EXPECT_LT(difference(found.find(name), tensor), 1e-5) << name;
}

TEST_F(Ranks, WithDropoutAverageAndBestWeightsEndAlikeAndGoOnToTheSameBits) {
  const auto words = [](const std::string& out) {
    return training(
        "vat", 40, out,
        {"--unlabeled-batch", "96", "--validation", "100", "--select", "best", "--average", "0.9",
         "--model", "cnn-4x4", "--weak", "shift:1", "--checkpoint-every", "10"});
  };
  ASSERT_NO_FATAL_FAILURE(run_together(2, words("whole")));
  auto ranks = start(2, words("part"));
  ASSERT_TRUE(ranks[0]->until_started()) << ranks[0]->errors();
  ASSERT_TRUE(ranks[0]->until(
      [] { return read_text("part/metrics.jsonl").find("\"iteration\":7") != std::string::npos; }));
  ranks[1]->send(SIGTERM);  // one of them is enough
  ASSERT_EQ(code(ranks[0]->wait()), 75) << ranks[0]->errors();
  ASSERT_EQ(code(ranks[1]->wait()), 75) << ranks[1]->errors();
  ASSERT_NO_FATAL_FAILURE(run_together(2, {"--resume", "part"}));
  EXPECT_EQ(read_text("part/model.safetensors"), read_text("whole/model.safetensors"));
}

/// Of several processes, or of a single one.
class RanksStartedAgain : public Together, public ::testing::WithParamInterface<int> {};

TEST_P(RanksStartedAgain, GoOn) {
  const auto words =
      training("vat", 30, "it", {"--unlabeled-batch", "96", "--checkpoint-every", "5"});
  auto ranks = start(GetParam(), words);
  ASSERT_TRUE(ranks[0]->until([] {
    return std::filesystem::exists("it/metrics.jsonl") &&
           read_text("it/metrics.jsonl").find("\"iteration\":6") != std::string::npos;
  })) << ranks[0]->errors();
  for (auto& rank : ranks) {
    if (const auto worker = rank->worker()) kill(worker, SIGKILL);
    rank->send(SIGKILL);
    rank->wait();
  }
  ASSERT_NO_FATAL_FAILURE(run_together(GetParam(), words, {"TORCHELASTIC_RESTART_COUNT=1"}));
  auto whole = words;
  std::replace(whole.begin(), whole.end(), std::string("it"), std::string("whole"));
  ASSERT_NO_FATAL_FAILURE(run_together(GetParam(), whole));
  EXPECT_EQ(read_text("it/model.safetensors"), read_text("whole/model.safetensors"));
}

INSTANTIATE_TEST_SUITE_P(Sizes, RanksStartedAgain, ::testing::Values(1, 2));

}  // namespace
}  // namespace sslhost::host
