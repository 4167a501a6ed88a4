// SPDX-License-Identifier: Apache-2.0
// sslhost data PATH from outside: what is wrong with folders of pictures and other data.
#include <algorithm>

#include "tests/data_plugins/points_file.hpp"
#include "tests/datasets/images/bitmap.hpp"
#include "tests/host/commands/program.hpp"
#include "tests/host/survey/pictures.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class CheckData : public Program {
 protected:
  static std::string file_of(const OwnPicture& picture) {
    const auto side = static_cast<int>(picture.width);
    return images::bitmap_of(side, side, [&](int x, int y, int c) {
      return picture.pixels[static_cast<size_t>((c * side + y) * side + x)];
    });
  }
  /// Another seed, another picture.
  void write(const std::string& name, uint64_t seed) const {
    folder_.write("photos/" + name, file_of(smooth_picture(seed)));
  }
  /// 6 cats and 6 dogs below `root`, with nothing wrong.
  void write_all(const std::string& root = "", uint64_t seed = 0) const {
    for (int i = 0; i < 6; ++i) {
      write(root + "cat/" + std::to_string(i) + ".bmp", seed + static_cast<uint64_t>(i));
      write(root + "dog/" + std::to_string(i) + ".bmp", seed + 100 + static_cast<uint64_t>(i));
    }
  }
  /// What is printed, where the exit code is 0.
  static std::string screen(const Arguments& more = {}) {
    const auto r = run(Arguments{"data", "photos"} + more);
    EXPECT_EQ(code(r.status), 0) << r.output << r.errors;
    return r.output;
  }
  /// What an error says behind the screen, where training would be wrong.
  static std::string refusal(const Arguments& arguments = {"data", "photos"}) {
    const auto r = run(arguments);
    EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::data)) << r.output << r.errors;
    EXPECT_THAT(r.output, HasSubstr("\nonce that is mended: sslhost "));
    EXPECT_THAT(r.errors, HasSubstr("error: "));
    return r.errors;
  }
  static nlohmann::json object(const Arguments& arguments, int expected = 0) {
    const auto r = run(arguments + Arguments{"--json"});
    EXPECT_EQ(code(r.status), expected) << r.errors;
    return nlohmann::json::parse(r.output);
  }
};

TEST_F(CheckData, GoodPicturesAreShownWithTheCommandToRunNext) {
  write_all();
  const auto text = screen();
  EXPECT_THAT(
      text,
      AllOf(HasSubstr("photos\ndataset images: 12 samples of 3x64x64, uint8\n"),
            HasSubstr("2 classes: 12 labeled images"), HasSubstr("dog         6   50.0 %  ###"),
            HasSubstr("holds out 3 training samples"), HasSubstr("\nno problems found\n"),
            EndsWith("\nnext: sslhost --data photos\n")));
  const auto command = text.substr(text.rfind("next: sslhost ") + 14);
  std::istringstream words(command);
  Arguments next;
  for (std::string word; words >> word;) next.push_back(word);
  const auto r = run(next + Arguments{"--iterations", "1", "--out", "run"});
  EXPECT_EQ(code(r.status), 0) << "it can be run as it stands\n" << r.errors;
}

TEST_F(CheckData, OneJsonObjectHasAllOfIt) {
  write_all();
  const auto j = object({"data", "photos", "--image-size", "40"});
  EXPECT_EQ(j["dataset"], "images");
  EXPECT_EQ(j["shape"], (std::vector<int>{3, 40, 40}));
  EXPECT_EQ(j["parts"][0]["labels"], (nlohmann::json{{"cat", 6}, {"dog", 6}}));
  EXPECT_THAT(j["problems"], IsEmpty());
  EXPECT_EQ(j["wrong"], false);
  EXPECT_EQ(j["expected"]["data_bytes"], 12 * 3 * 40 * 40);
  EXPECT_EQ(j["next"], "sslhost --data photos --image-size 40");
}

TEST_F(CheckData, BrokenAndPassedOverFilesAreNamedWithReasons) {
  write_all();
  for (int i = 0; i < 7; ++i) folder_.write("photos/cat/bad" + std::to_string(i) + ".jpg", "no");
  folder_.write("photos/notes.txt", "mine");
  const auto text = screen();
  EXPECT_THAT(text, AllOf(HasSubstr("warning   7 files cannot be read: left out\n"
                                    "          cat/bad0.jpg ("),
                          HasSubstr("cat/bad4.jpg ("), Not(HasSubstr("cat/bad5.jpg")),
                          HasSubstr("next: repair or remove them"),
                          HasSubstr("note      1 file or folder is passed over\n"
                                    "          notes.txt (a file of another kind (.txt))\n")));
  EXPECT_THAT(text, Not(HasSubstr("7 of 19"))) << "said once";
}

TEST_F(CheckData, CopiesInOnePartAreAWarning) {
  write_all();
  write("cat/again.bmp", 3);
  folder_.write("photos/dog/near.bmp", file_of(noisy(smooth_picture(104), 1, 12)));
  folder_.write("photos/dog/small.bmp", file_of(smooth_picture(105, 50)));
  EXPECT_THAT(screen(), AllOf(HasSubstr("1 sample is a copy of another\n"
                                        "          cat/3.bmp = cat/again.bmp\n"),
                              HasSubstr("2 pictures look like others\n"
                                        "          dog/4.bmp ~ dog/near.bmp\n"
                                        "          dog/5.bmp ~ dog/small.bmp\n")));
}

TEST_F(CheckData, ATestPictureInTrainingIsWrong) {
  write_all("train/");
  write_all("test/", 1000);
  write("test/cat/leak.bmp", 4);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("1 test sample is a training sample, too: "
                                         "train/cat/4.bmp (training) = test/cat/leak.bmp\n"),
                               HasSubstr("next      take them out of one of the parts")));
  const auto j = object({"data", "photos"}, static_cast<int>(ExitCode::data));
  EXPECT_EQ(j["wrong"], true);
  EXPECT_EQ(j["problems"][0]["id"], "leak");
}

TEST_F(CheckData, ATestPictureThatLooksLikeOneOfTrainingIsWrong) {
  write_all("train/");
  write_all("test/", 1000);
  folder_.write("photos/test/cat/near.bmp", file_of(noisy(smooth_picture(4), 1, 12)));
  EXPECT_THAT(refusal(), HasSubstr("1 test picture looks like a training picture: train/cat/4.bmp "
                                   "(training) ~ test/cat/near.bmp\n"));
}

TEST_F(CheckData, OnePictureWithTwoLabelsIsWrong) {
  write_all();
  write("dog/cat.bmp", 2);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("1 sample has two labels: cat/2.bmp (cat) = dog/cat.bmp "
                                         "(dog)"),
                               HasSubstr("give each the one label that is right")));
}

TEST_F(CheckData, OneClassAloneIsWrong) {
  for (int i = 0; i < 6; ++i) write("cat/" + std::to_string(i) + ".bmp", static_cast<uint64_t>(i));
  const auto r = run({"data", "photos"});  // refused by the dataset, in its own words
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::data));
  EXPECT_THAT(r.errors, AllOf(HasSubstr("one, 'cat'"), HasSubstr("one folder a class")));
}

TEST_F(CheckData, UnequalClassesConstantPicturesAndMissingTestClassesAreWarnings) {
  write_all("train/");
  for (int i = 0; i < 60; ++i)
    write("train/cat/more" + std::to_string(i) + ".bmp", 200 + static_cast<uint64_t>(i));
  for (int i = 0; i < 2; ++i)
    folder_.write("photos/train/dog/black" + std::to_string(i) + ".bmp",
                  images::bitmap(64, 64, 0, 0, 0));
  for (int i = 0; i < 4; ++i)
    write("train/dog/" + std::to_string(i) + ".bmp", 100 + static_cast<uint64_t>(i));
  write("test/cat/1.bmp", 1000);
  std::filesystem::remove("photos/train/dog/4.bmp");
  std::filesystem::remove("photos/train/dog/5.bmp");
  EXPECT_THAT(screen(),
              AllOf(HasSubstr("the largest class has 11 times the labels of the smallest\n"
                              "          dog (6 labels)\n"),
                    HasSubstr("2 pictures are of one color\n          train/dog/black0.bmp\n"),
                    Not(HasSubstr("copies")),
                    HasSubstr("1 class has no test sample\n"
                              "          dog (0 labels)\n")));
}

TEST_F(CheckData, AnIconAndABannerAmongPhotosAreNamed) {
  write_all();
  folder_.write("photos/cat/broken.bmp", "no");  // before them: sizes keep to their pictures
  folder_.write("photos/cat/icon.bmp", file_of(smooth_picture(300, 8)));
  EXPECT_THAT(screen(), HasSubstr("1 picture has an odd size or shape; the median is 64x64\n"
                                  "          cat/icon.bmp (8x8)\n"));
  const auto j = object({"data", "photos"});
  EXPECT_EQ(j["problems"][0]["id"], "odd-size");
}

TEST_F(CheckData, ClassesThatLightAndSizeTellApartAreNamed) {
  for (uint64_t i = 0; i < 12; ++i) {
    folder_.write("photos/cat/" + std::to_string(i) + ".bmp", file_of(smooth_picture(i, 64, 0.3)));
    auto bright = smooth_picture(100 + i, 96, 0.3);
    for (auto& pixel : bright.pixels) pixel = static_cast<uint8_t>(pixel + 70);
    folder_.write("photos/dog/" + std::to_string(i) + ".bmp", file_of(bright));
  }
  EXPECT_THAT(screen(),
              AllOf(HasSubstr("brightness alone tells cat from dog\n          cat below "),
                    HasSubstr(" of 255, dog above: 100 % right\n"),
                    HasSubstr("the number of pixels alone tells cat from dog\n"
                              "          cat below 6,656 pixels, dog above: 100 % "
                              "right\n")));
}

TEST_F(CheckData, NamesThatAreNoUtf8ComeOutAsText) {
  write_all();
  write("cat/\xff.bmp", 3);
  EXPECT_THAT(screen(), HasSubstr("cat/%FF.bmp"));
}

TEST_F(CheckData, DataInNoFileAndPointsAreLookedAtToo) {
  const auto digits = run({"data", "--dataset", "digits", "--threads", "1"});
  EXPECT_EQ(code(digits.status), 0) << digits.errors;
  EXPECT_THAT(digits.output,
              AllOf(HasSubstr("test          1,797    1,797\n"), HasSubstr("no problems found"),
                    HasSubstr("\nnext: sslhost --plugin vat --dataset digits")));
  sslhost::testing::PointsFile points = sslhost::testing::usual_points();
  const Arguments command = {"data",       "points.csv",   "--dataset",
                             "csv-points", "--plugin-dir", built("tests/data_plugins")};
  points.write("points.csv");
  EXPECT_EQ(object(command)["shape"], (std::vector<int>{2, 1, 1}));
  sslhost::testing::write_text("points.csv", points.text() +
                                                 "again,test,5,5,red\n"
                                                 "first,train,5,5,red\n");
  EXPECT_THAT(refusal(command), HasSubstr("first (training) = again (test)"));
}

TEST_F(CheckData, AReaderThatForgetsSizesIsNamed) {
  sslhost::testing::usual_points().write("points.csv");
  const auto r = run({"data", "points.csv", "--dataset", "csv-points", "--plugin-dir",
                      built("tests/data_plugins"), "--forgotten-sizes", "1"});
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::plugin)) << r.errors;
  EXPECT_THAT(r.errors, AllOf(HasSubstr("dataset csv-points, original_sizes()"),
                              HasSubstr("mend the reader")));
}

TEST_F(CheckData, OtherPluginsWithOneClassOrNoLabelAreWrongNotBroken) {
  using sslhost::testing::write_text;
  const Arguments command = {"data",       "points.csv",   "--dataset",
                             "csv-points", "--plugin-dir", built("tests/data_plugins")};
  write_text("points.csv", "name,part,x,y,label\na,train,1,2,red\nb,train,3,4,red\n");
  EXPECT_THAT(refusal(command), HasSubstr("all labels are of one class: red (2 labels)"));
  write_text("points.csv", "name,part,x,y,label\na,unlabeled,1,2,\nb,unlabeled,3,4,\n");
  EXPECT_THAT(refusal(command), HasSubstr("no training sample has a label"));
}

TEST_F(CheckData, WhatCannotBeLookedAtIsRefusedInWords) {
  const auto usage = [](const Arguments& arguments) {
    const auto r = run(arguments);
    EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::usage)) << r.errors;
    EXPECT_EQ(r.output, "");
    return r.errors;
  };
  EXPECT_THAT(usage({"data", "--image-size", "9"}),
              HasSubstr("the path of the data, or --dataset ID"));
  EXPECT_THAT(usage({"data", "a", "b"}), HasSubstr("2 of them"));
  EXPECT_THAT(usage({"data", "a", "--data", "b"}), HasSubstr("--data, and 'a'"));
  write_all();
  EXPECT_THAT(usage({"data", "photos", "--image-sise", "9"}),
              AllOf(HasSubstr("sslhost data, "), HasSubstr("image_size")));
  EXPECT_THAT(usage({"data", "photos", "--device", "cpu"}), HasSubstr("device"));
  const auto r = run({"data", "nowhere"});
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::data));
  EXPECT_THAT(r.errors, AllOf(HasSubstr("nowhere"), HasSubstr("nothing there")));
}

TEST_F(CheckData, EachBrokenFileIsInTheJsonThoughAScreenShowsFive) {
  write_all();
  for (int i = 0; i < 9; ++i) folder_.write("photos/cat/bad" + std::to_string(i) + ".jpg", "junk");
  EXPECT_THAT(screen(), AllOf(HasSubstr("cat/bad4.jpg"), HasSubstr("  ...\n"),
                              Not(HasSubstr("cat/bad5.jpg"))));
  const auto j = object({"data", "photos"});
  ASSERT_EQ(j["damaged"].size(), 9u);
  EXPECT_EQ(j["damaged"][8]["name"], "cat/bad8.jpg");
  EXPECT_THAT(j["damaged"][8]["reason"].get<std::string>(), Not(IsEmpty()));
  EXPECT_EQ(j["problems"][0]["examples"].size(), 9u);
}

/// A run trains with it, and says the same.
TEST_F(CheckData, AClassWithOneLabelIsAWarningForACheckAndForARun) {
  write_all();
  write("owl/0.bmp", 77);
  EXPECT_THAT(screen(), AllOf(HasSubstr("warning   1 class has fewer than two labels"),
                              HasSubstr("owl (1 label)")));
  const auto r = run({"--data", "photos", "--plugin", "supervised", "--encoder", "none", "--model",
                      "mlp-8", "--iterations", "1", "--out", "run"});
  EXPECT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.errors, HasSubstr("sample of class owl: ")) << "no test sample, or none to learn";
}

}  // namespace
}  // namespace sslhost::host
