// SPDX-License-Identifier: Apache-2.0
// The structure of what is exported, without a runtime; check_onnx.py compares the numbers.
#include <set>

#include <gmock/gmock.h>

#include "host/export/traced_model.hpp"
#include "host/export/write_onnx.hpp"
#include "host/storage/safetensors.hpp"
#include "onnx_file.hpp"
#include "random_models.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Pair;

class NetworkAsOnnx : public ::testing::TestWithParam<std::string> {
 protected:
  testing::TemporaryFolder folder;
  std::filesystem::path model = save_random_model(folder / "", GetParam());
  OnnxFile file = OnnxFile(onnx_model(traced_model(load_model(model, "cpu", {})), 2,
                                      {{"classes", "[\"a\"]"}}, "1.2", "test"));
};

TEST_P(NetworkAsOnnx, TakesImagesOfAnyNumberToLogitsAndProbabilities) {
  const auto task = small_task(GetParam());
  const auto text = [](int64_t n) { return std::to_string(n); };
  EXPECT_EQ(file.ir, 8);
  EXPECT_EQ(file.opset, 17);
  ASSERT_EQ(file.inputs.size(), 1u);
  EXPECT_EQ(file.inputs["input"].type, 2) << "uint8";
  EXPECT_THAT(file.inputs["input"].shape,
              ElementsAre("batch", text(task.channels), text(task.height), text(task.width)));
  ASSERT_EQ(file.outputs.size(), 2u);
  for (const char* output : {"logits", "probabilities"}) {
    EXPECT_EQ(file.outputs[output].type, 1) << "float32";
    EXPECT_THAT(file.outputs[output].shape, ElementsAre("batch", "5"));
  }
  EXPECT_THAT(file.notes, Contains(Pair("classes", "[\"a\"]")));
}

TEST_P(NetworkAsOnnx, EveryNodeTakesWhatIsThereAlready) {
  std::set<std::string> there = {"input"};
  for (const auto& [name, tensor] : file.tensors) there.insert(name);
  for (const auto& node : file.nodes) {
    for (const auto& input : node.inputs) EXPECT_TRUE(there.contains(input)) << node.type << input;
    for (const auto& output : node.outputs) EXPECT_TRUE(there.insert(output).second) << output;
  }
  EXPECT_TRUE(there.contains("logits"));
  EXPECT_TRUE(there.contains("probabilities"));
}

/// Weight norm's weights are made of two tensors, resized positions of one: they have other bytes.
TEST_P(NetworkAsOnnx, WeightsHaveTheirNamesAndBytes) {
  int same = 0;
  for (const auto& [name, tensor] : load_safetensors(model).tensors) {
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end()) {
      const bool other = name.ends_with("num_batches_tracked") || name.ends_with("mask_token") ||
                         name.ends_with("weight_v") || name.ends_with("weight_g") ||
                         name.ends_with("block2.layer.0.bn1.weight");
      EXPECT_TRUE(other || GetParam() == "wrn-28-2") << name << " is not there";
      continue;
    }
    if (found->second.shape != tensor.sizes().vec()) continue;
    const auto rows = tensor.contiguous();
    const std::string bytes(static_cast<const char*>(rows.const_data_ptr()), rows.nbytes());
    EXPECT_TRUE(found->second.bytes == bytes) << name;
    ++same;
  }
  EXPECT_GE(same, 2);
}

INSTANTIATE_TEST_SUITE_P(EveryNetwork, NetworkAsOnnx, ::testing::ValuesIn(model_names()),
                         [](const auto& network) {
                           auto name = network.param;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace sslhost::host
