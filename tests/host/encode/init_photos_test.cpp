// SPDX-License-Identifier: Apache-2.0
// The program with --init and --finetune on photos, and a run on features that goes on.
#include "host/storage/safetensors.hpp"
#include "tests/datasets/images/bitmap.hpp"
#include "tests/host/commands/running_program.hpp"
#include "tests/host/encode/weights.hpp"

namespace sslhost::host {
namespace {

using images::bitmap;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class InitPhotos : public Program {
 protected:
  InitPhotos() {
    testing::save_weights("weights.safetensors", testing::first_weights("efficientnet-lite0"));
    for (int i = 0; i < 8; ++i) {
      const auto shade = static_cast<uint8_t>(20 * i);
      folder_.write("photos/day/" + std::to_string(i) + ".bmp", bitmap(20, 16, 250, 120, shade));
      folder_.write("photos/night/" + std::to_string(i) + ".bmp", bitmap(20, 16, shade, 10, 90));
    }
  }
  static nlohmann::json record_of(const std::string& out) {
    return nlohmann::json::parse(read_text(out + "/run.json"));
  }
  static Arguments quick(const std::string& out) {
    return {"--device", "cpu",        "--iterations", "2",     "--batch",
            "4",        "--pictures", "false",        "--out", out};
  }
  static Arguments on_features(const std::string& out) {
    return {
        "--pictures",          "false",   "--plugin", "supervised", "--data", "photos", "--encoder",
        "weights.safetensors", "--batch", "4",        "--device",   "cpu",    "--out",  out};
  }
};

TEST_F(InitPhotos, PublishedWeightsSeeTheirPicturesAndGetANewHead) {
  const auto r = run(quick("run") + Arguments{"--data", "photos", "--init", "weights.safetensors",
                                              "--image-size", "32"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.errors, AllOf(HasSubstr("method: supervised"),
                              HasSubstr("a new head, fitted to 12 labeled samples")));
  const auto record = record_of("run");
  EXPECT_EQ(record["init"]["network"], "efficientnet-lite0");
  EXPECT_EQ(record["init"]["loaded"], 245);
  EXPECT_THAT(record["init"]["not_in_file"], ElementsAre("_fc.weight", "_fc.bias"));
  EXPECT_EQ(record["options"]["model"]["value"], "efficientnet-lite0");
  EXPECT_EQ(record["options"]["encoder"]["value"], "none");
  EXPECT_NEAR(record["data"]["mean"][1].get<double>(), 127. / 255, 1e-6);
  EXPECT_NEAR(record["data"]["std"][1].get<double>(), 128. / 255, 1e-6);
  EXPECT_THAT(record["data"]["shape"], ElementsAre(3, 32, 32));
  std::filesystem::remove("weights.safetensors");
  const auto predicted = run({"predict", "run", "--data", "photos"});
  EXPECT_EQ(code(predicted.status), 0) << predicted.errors;
}

TEST_F(InitPhotos, FinetuneGoesOnFromFeaturesWithTheHeadThatWasTrained) {
  ASSERT_EQ(
      code(run(on_features("features") + Arguments{"--model", "linear", "--seed", "5"}).status), 0);
  std::filesystem::remove("weights.safetensors");
  const auto r = run(quick("tuned") + Arguments{"--finetune", "features", "--image-size", "32"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  const auto tuned = record_of("tuned");
  EXPECT_EQ(tuned["init"]["network"], "efficientnet-lite0");
  EXPECT_EQ(tuned["init"]["loaded"], 247) << "the head among them";
  EXPECT_EQ(tuned["data"]["split_hash"], record_of("features")["data"]["split_hash"]);
  EXPECT_EQ(tuned["data"]["encoder"], "");
  EXPECT_EQ(tuned["options"]["seed"]["value"], 5);
  const auto file = load_safetensors("tuned/model.safetensors");
  EXPECT_TRUE(file.find("net._conv_stem.weight").defined()) << "an ordinary model";
}

TEST_F(InitPhotos, AnotherHeadOnFeaturesIsFittedAnew) {
  ASSERT_EQ(code(run(on_features("features") + Arguments{"--model", "mlp-8"}).status), 0);
  const auto r = run(quick("tuned") + Arguments{"--finetune", "features"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(record_of("tuned")["data"]["shape"], ElementsAre(3, 224, 224)) << "as the weights'";
  EXPECT_EQ(record_of("tuned")["init"]["head_labels"], 12);
}

TEST_F(InitPhotos, ARunOnFeaturesGoesOnWithItsOwnEncoderAlone) {
  RunningProgram first(program(), on_features("run") + Arguments{"--iterations", "1000000"}, "a");
  ASSERT_TRUE(first.until_started()) << first.errors();
  first.send(SIGINT);
  ASSERT_EQ(code(first.wait()), static_cast<int>(ExitCode::stopped));
  const auto checksum = record_of("run")["data"]["encoder_checksum"].get<std::string>();
  testing::save_weights("weights.safetensors", testing::first_weights("efficientnet-lite0", 2));
  const auto other = run({"--resume", "run"});
  EXPECT_EQ(code(other.status), static_cast<int>(ExitCode::storage));
  EXPECT_THAT(other.errors, AllOf(HasSubstr("efficientnet-lite0, SHA-256 " + checksum),
                                  HasSubstr("put them back")));
  std::filesystem::remove("weights.safetensors");
  EXPECT_EQ(code(run({"--resume", "run"}).status), static_cast<int>(ExitCode::storage));
}

}  // namespace
}  // namespace sslhost::host
