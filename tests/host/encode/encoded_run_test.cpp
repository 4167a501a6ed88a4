// SPDX-License-Identifier: Apache-2.0
// The program with pretrained weights: added, listed, used, carried by the model.
#include "tests/datasets/images/bitmap.hpp"
#include "tests/host/commands/running_program.hpp"
#include "tests/host/encode/weights.hpp"

namespace sslhost::host {
namespace {

using images::bitmap;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class WithWeights : public Program {
 protected:
  WithWeights() {
    testing::save_weights("weights.safetensors", testing::first_weights("efficientnet-lite0"));
    for (int i = 0; i < 8; ++i) {
      const auto shade = static_cast<uint8_t>(20 * i);
      folder_.write("photos/day/" + std::to_string(i) + ".bmp", bitmap(20, 16, 250, 120, shade));
      folder_.write("photos/night/" + std::to_string(i) + ".bmp", bitmap(20, 16, shade, 10, 90));
      folder_.write("new/" + std::to_string(i) + ".bmp", bitmap(20, 16, shade, shade, 90));
    }
  }
  static Arguments training(const std::string& out) {
    return {"--plugin", "supervised", "--data",   "photos", "--iterations", "30",
            "--batch",  "4",          "--device", "cpu",    "--out",        out};
  }
  void add() {
    const auto r = run({"models", "add", "weights.safetensors"});
    ASSERT_EQ(code(r.status), 0) << r.errors;
    EXPECT_THAT(r.errors, HasSubstr("reading the weights in weights.safetensors"));
    EXPECT_THAT(r.output, AllOf(HasSubstr("efficientnet-lite0 added ("),
                                HasSubstr(" tensors of efficientnet-lite0): ")));
  }
  static nlohmann::json record_of(const std::string& out) {
    return nlohmann::json::parse(read_text(out + "/run.json"));
  }
};

TEST_F(WithWeights, PicturesAreSeenAsFeaturesWithoutAFlag) {
  add();
  const auto r = run(training("run"));
  ASSERT_EQ(code(r.status), 0) << r.errors;
  const auto record = record_of("run");
  EXPECT_EQ(record["data"]["encoder"], "efficientnet-lite0");
  EXPECT_EQ(record["data"]["encoder_checksum"].get<std::string>().size(), 64);
  EXPECT_EQ(record["data"]["shape"], (std::vector<int>{1280, 1, 1}));
  EXPECT_EQ(record["options"]["encoder"]["value"], "efficientnet-lite0")
      << "a run that goes on has what it began with";
}

TEST_F(WithWeights, ANetworkThatIsNamedSeesPictures) {
  add();
  ASSERT_EQ(code(run(training("run") + Arguments{"--model", "mlp-16"}).status), 0);
  EXPECT_EQ(record_of("run")["data"]["encoder"], "");
  ASSERT_EQ(code(run(training("none") + Arguments{"--encoder", "none"}).status), 0);
  EXPECT_EQ(record_of("none")["data"]["encoder"], "");
}

TEST_F(WithWeights, TheModelCarriesItsEncoder) {
  ASSERT_EQ(code(run(training("run") + Arguments{"--encoder", "weights.safetensors"}).status), 0);
  std::filesystem::remove("weights.safetensors");
  const auto whole = run({"predict", "run", "--data", "new"});
  ASSERT_EQ(code(whole.status), 0) << whole.errors;
  std::filesystem::create_directory("one");
  std::filesystem::copy("new/3.bmp", "one/3.bmp");
  std::filesystem::rename("run/model.safetensors", "model.safetensors");
  const auto alone = run({"predict", "model.safetensors", "--data", "one"});
  ASSERT_EQ(code(alone.status), 0) << alone.errors;
  // index,name,predicted,probability: all but the index.
  const auto line = alone.output.substr(alone.output.find("3.bmp"));
  EXPECT_THAT(whole.output, HasSubstr(line)) << "a picture alone as among others, bit for bit";
}

TEST_F(WithWeights, DataAloneIsEnough) {
  add();
  for (int i = 0; i < 4; ++i)
    folder_.write("photos/unlabeled/" + std::to_string(i) + ".bmp",
                  bitmap(20, 16, 250, static_cast<uint8_t>(100 + i), 0));
  const auto r = run({"--data", "photos", "--device", "cpu", "--out", "run"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.errors, AllOf(HasSubstr("method: label-propagation on features of efficientnet-"),
                              Not(HasSubstr("instead"))));
  const auto record = record_of("run");
  EXPECT_EQ(record["method"], "label-propagation");
  EXPECT_EQ(record["options"]["metric"]["value"], "cosine");
  EXPECT_TRUE(std::filesystem::exists("run/pictures/labeled.png")) << "people see pictures";
  EXPECT_FALSE(std::filesystem::exists("run/pictures/augmentations.png"));
  const auto again =
      run({"--data", "photos", "--device", "cpu", "--metric", "euclidean", "--out", "other"});
  ASSERT_EQ(code(again.status), 0) << again.errors;
  EXPECT_EQ(record_of("other")["options"]["metric"]["value"], "euclidean") << "a flag goes first";
}

TEST_F(WithWeights, WhereEverySampleHasALabelTheMethodIsAnother) {
  add();
  const auto r = run({"--data", "photos", "--device", "cpu", "--out", "run"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.errors, HasSubstr("method: linear-probe instead, since every sample has a label"));
  EXPECT_EQ(record_of("run")["method"], "linear-probe");
  EXPECT_EQ(record_of("run")["data"]["encoder"], "efficientnet-lite0");
  const auto few = run({"--data", "photos", "--labels", "6", "--device", "cpu", "--out", "few"});
  ASSERT_EQ(code(few.status), 0) << few.errors;
  EXPECT_EQ(record_of("few")["method"], "label-propagation") << "six samples are without one";
  const auto own =
      run({"--data", "photos", "--metric", "cosine", "--device", "cpu", "--out", "own"});
  ASSERT_EQ(code(own.status), 0) << own.errors;
  EXPECT_EQ(record_of("own")["method"], "label-propagation") << "its option was given";
}

TEST_F(WithWeights, FeaturesAreTheirOwnStrongViews) {
  add();
  const Arguments some = {"--plugin", "fixmatch", "--data",  "photos", "--labels",     "6",
                          "--device", "cpu",      "--batch", "4",      "--iterations", "3"};
  const auto r = run(some + Arguments{"--out", "run"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.errors, HasSubstr("the features as they are (--strong none)"));
  EXPECT_EQ(record_of("run")["options"]["strong"]["value"], "none");
  const auto wrong = run(some + Arguments{"--strong", "cutout", "--out", "other"});
  EXPECT_EQ(code(wrong.status), static_cast<int>(ExitCode::usage)) << "what is asked for stays";
}

TEST_F(WithWeights, DataAloneIsEnoughWithoutThem) {
  const auto r = run({"--data", "photos", "--device", "cpu", "--iterations", "3", "--out", "run"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.errors,
              AllOf(HasSubstr("method: vat"), HasSubstr("warning: pretrained weights are not here"),
                    HasSubstr("sslhost models add")));
  EXPECT_THAT(r.output, HasSubstr("next: sslhost models add")) << "seen after an hour, too";
  EXPECT_EQ(record_of("run")["options"]["model"]["value"], "cnn-3x3");
  const Arguments named = {"--plugin", "supervised", "--data",       "photos",
                           "--device", "cpu",        "--iterations", "1"};
  EXPECT_THAT(run(named + Arguments{"--out", "other"}).errors,
              HasSubstr("pretrained weights are not here"));
  EXPECT_THAT(run(named + Arguments{"--out", "asked", "--encoder", "none"}).errors,
              Not(HasSubstr("pretrained")));
  setenv("SSLHOST_MODEL", "mlp-8", 1);
  const auto chosen = run(named + Arguments{"--out", "chosen"});
  unsetenv("SSLHOST_MODEL");
  EXPECT_THAT(chosen.errors, Not(HasSubstr("pretrained")));
  EXPECT_THAT(run({"--recipe", "vat/photos", "--data", "photos", "--device", "cpu", "--iterations",
                   "1", "--out", "recipe"})
                  .errors,
              Not(HasSubstr("pretrained")));
}

TEST_F(WithWeights, AnUnknownNameSaysWhatToDo) {
  const auto r = run(training("run") + Arguments{"--encoder", "efficientnet-lite0"});
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::usage));
  EXPECT_THAT(r.errors, AllOf(HasSubstr("not on this machine"), HasSubstr("sslhost models add")));
  EXPECT_FALSE(std::filesystem::exists("run"));
}

TEST_F(WithWeights, AreListed) {
  EXPECT_THAT(run({"models"}).output, HasSubstr("efficientnet-lite0    no"));
  add();
  EXPECT_THAT(run({"models"}).output, Not(HasSubstr("efficientnet-lite0    no")));
  const auto json = nlohmann::json::parse(run({"models", "--json"}).output);
  for (const auto& row : json) EXPECT_EQ(row["here"], row["name"] == "efficientnet-lite0");
  std::filesystem::create_symlink("nowhere", "data/sslhost/models/gone.safetensors");
  std::filesystem::create_directory("data/sslhost/models/folder.safetensors");
  EXPECT_EQ(nlohmann::json::parse(run({"models", "--json"}).output), json);
}

TEST_F(WithWeights, AddedAgainStayAndOthersNeverReplaceThem) {
  add();
  EXPECT_THAT(run({"models", "add", "weights.safetensors"}).output, HasSubstr("was here already"));
  testing::save_weights("other.safetensors", testing::first_weights("efficientnet-lite0", 2));
  const auto r = run({"models", "add", "other.safetensors"});
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::storage));
  EXPECT_THAT(r.errors, HasSubstr("--as NAME"));
  EXPECT_EQ(code(run({"models", "add", "other.safetensors", "--as", "mine"}).status), 0);
  EXPECT_EQ(code(run({"models", "add", "other.safetensors", "--as", "../x"}).status),
            static_cast<int>(ExitCode::usage));
  EXPECT_EQ(testing::names_in("data/sslhost/models"),
            (std::set<std::string>{"efficientnet-lite0.safetensors", "mine.safetensors"}))
      << "and nothing half-written";
}

TEST_F(WithWeights, ThatAreNoneAreRefusedAndNotKept) {
  testing::save_weights(
      "few.safetensors",
      {{"weight", at::Tensor(testing::first_weights("efficientnet-lite0")[0].second)}});
  testing::write_text("cut.safetensors", read_text("weights.safetensors").substr(0, 100000));
  const std::filesystem::path source = std::getenv("SSLHOST_SOURCE_DIR");
  std::filesystem::copy_file(source / "tests/host/weights/data/zip-types.pth", "other.pth");
  for (const char* file :
       {"few.safetensors", "cut.safetensors", "nowhere.safetensors", "other.pth"}) {
    const auto r = run({"models", "add", file});
    EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::storage)) << file;
    EXPECT_THAT(r.errors, HasSubstr("error: " + std::string(file)));
  }
  EXPECT_THAT(testing::names_in("data/sslhost/models"), ::testing::IsEmpty());
}

}  // namespace
}  // namespace sslhost::host
