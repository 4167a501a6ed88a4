// SPDX-License-Identifier: Apache-2.0
// A folder of pictures from outside: recognized, decoded, trained on, predicted.
#include <algorithm>

#include "tests/datasets/images/bitmap.hpp"
#include "tests/host/commands/running_program.hpp"

namespace sslhost::host {
namespace {

using images::bitmap;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class FolderOfPictures : public StoppedProgram {
 protected:
  /// Night is dark blue, day is bright red; none is like another.
  void write(const std::string& name, bool day, int i) const {
    const auto shade = static_cast<uint8_t>(i % 40);
    folder_.write(name, day ? bitmap(20, 16, static_cast<uint8_t>(250 - shade), 120, shade)
                            : bitmap(20, 16, shade, 10, static_cast<uint8_t>(90 + shade)));
  }
  /// 24 of each class, 30 without a label.
  void write_all(const std::string& root = "photos") const {
    for (int i = 0; i < 24; ++i) {
      write(root + "/day/" + std::to_string(i) + ".bmp", true, i);
      write(root + "/night/" + std::to_string(i) + ".bmp", false, i);
    }
    for (int i = 0; i < 30; ++i)
      write(root + "/unlabeled/u" + std::to_string(i) + ".bmp", i % 2 == 0, i + 7);
  }
  static Arguments training(const std::string& out = "run") {
    return small_run(300, out) + Arguments{"--data", "photos"};
  }
  static nlohmann::json record_of(const std::string& out) {
    return nlohmann::json::parse(read_text(out + "/run.json"));
  }
};

TEST_F(FolderOfPictures, NeedsNoFlagButData) {
  write_all();
  const auto r = run(training());
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.errors, HasSubstr("2 classes"));
  const auto record = record_of("run");
  EXPECT_EQ(record["dataset"], "images");
  const auto& data = record["data"];
  EXPECT_EQ(data["classes"], (std::vector<std::string>{"day", "night"}));
  EXPECT_EQ(data["shape"], (std::vector<int>{3, 16, 16})) << "of the images, in steps of 8";
  EXPECT_EQ(data["test"], 12) << "a quarter of the labeled ones is held out";
  EXPECT_EQ(data["labeled"], 36) << "all others are labeled";
  EXPECT_EQ(data["unlabeled"], 36 + 30);
  EXPECT_EQ(record["results"]["test_errors"], 0);
  const auto split = nlohmann::json::parse(read_text("run/split.json"));
  EXPECT_THAT(split["names"][0].get<std::string>(), HasSubstr("/"));
}

TEST_F(FolderOfPictures, LabeledSamplesCanBeNamed) {
  write_all();
  folder_.write("chosen.txt", "day/3.bmp\nnight/7.bmp\r\n\nday/11.bmp\n");
  const auto r = run(training() + Arguments{"--label-ids", "chosen.txt"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  const auto split = nlohmann::json::parse(read_text("run/split.json"));
  EXPECT_EQ(split["request"]["draw"], "named");
  EXPECT_EQ(split["names"].get<std::set<std::string>>(),
            (std::set<std::string>{"day/3.bmp", "night/7.bmp", "day/11.bmp"}));
  EXPECT_EQ(record_of("run")["data"]["labeled"], 3);
  EXPECT_EQ(record_of("run")["data"]["test"], 12) << "held out from the others";
  folder_.write("wrong.txt", "day/3.bmp\nday/99.bmp\n");
  const auto wrong = run(training("other") + Arguments{"--label-ids", "wrong.txt"});
  EXPECT_EQ(code(wrong.status), static_cast<int>(ExitCode::data));
  EXPECT_THAT(wrong.errors, AllOf(HasSubstr("wrong.txt:2"), HasSubstr("day/99.bmp")));
  EXPECT_FALSE(std::filesystem::exists("other"));
}

TEST_F(FolderOfPictures, GivesTheSameRunTwiceAndDecodesOnce) {
  write_all();
  result_of(training("a"));
  const auto cached = sslhost::testing::names_in("cache/sslhost/images");
  result_of(training("b"));
  expect_same_end("b", "a");
  EXPECT_EQ(sslhost::testing::names_in("cache/sslhost/images"), cached);
}

TEST_F(FolderOfPictures, PredictsPicturesThatHaveNoLabels) {
  write_all();
  result_of(training());
  for (int i = 0; i < 5; ++i) write("new/some " + std::to_string(i) + ".bmp", i < 2, i);
  for (const std::string model : {"run", "run/model.safetensors"}) {
    const auto r = run({"predict", model, "--data", "new"});
    ASSERT_EQ(code(r.status), 0) << r.errors;
    EXPECT_THAT(r.output, StartsWith("index,name,predicted,probability\n0,some 0.bmp,day,"));
    EXPECT_EQ(std::count(r.output.begin(), r.output.end(), '\n'), 1 + 5);
    EXPECT_THAT(r.output, HasSubstr("\n4,some 4.bmp,night,"));
  }
}

TEST_F(FolderOfPictures, PredictsWhatTheRunHeldOut) {
  write_all();
  result_of(training());
  const auto r = run({"predict", "run"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_EQ(std::count(r.output.begin(), r.output.end(), '\n'), 1 + 12);
  EXPECT_THAT(r.errors, HasSubstr("0 of 12 wrong"));
}

TEST_F(FolderOfPictures, BadPicturesAreNamedAndLeftOutOrRefused) {
  write_all();
  folder_.write("photos/day/3.bmp", "");
  std::filesystem::resize_file("photos/unlabeled/u5.bmp", 200);
  const auto r = run(training());
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.errors, AllOf(HasSubstr("2 of 78 images cannot be decoded"),
                              HasSubstr("'day/3.bmp' ("), HasSubstr("'unlabeled/u5.bmp' (")));
  const auto data = record_of("run")["data"];
  EXPECT_EQ(data["unlabeled"], 35 + 29);
  ASSERT_EQ(data["damaged"].size(), 2u) << "all of them, however many there are";
  EXPECT_TRUE(data["damaged"].contains("day/3.bmp"));
  const auto refused = run(training("other") + Arguments{"--bad-images", "error"});
  EXPECT_EQ(code(refused.status), static_cast<int>(ExitCode::data));
  EXPECT_THAT(refused.errors, HasSubstr("'day/3.bmp' ("));
  EXPECT_FALSE(std::filesystem::exists("other"));
}

TEST_F(FolderOfPictures, APictureWithTwoLabelsIsSaidWhenTheRunBegins) {
  write_all();
  auto picture = bitmap(20, 16, 1, 2, 3);
  picture[picture.size() / 2] = 77;  // not of one color, also where the sides are cut off
  for (const std::string place : {"day/copy", "night/original"})
    folder_.write("photos/" + place + ".bmp", picture);
  const auto r = run(training());
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.errors, HasSubstr("warning: 1 sample has two labels: day/copy.bmp (day) = "
                                  "night/original.bmp (night); more on it: sslhost data /"));
  folder_.write("photos/night/original.bmp", bitmap(20, 16, 3, 2, 9));
  EXPECT_THAT(run(training("other")).errors, Not(HasSubstr("two labels")));
}

TEST_F(FolderOfPictures, PredictionsNameThePicturesThatAreLeftOut) {
  write_all();
  result_of(training());
  write("new/a.bmp", true, 1);
  folder_.write("new/b.bmp", "damaged");
  const auto r = run({"predict", "run", "--data", "new"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_EQ(std::count(r.output.begin(), r.output.end(), '\n'), 1 + 1);
  EXPECT_THAT(r.errors, AllOf(HasSubstr("1 of 2 images cannot be decoded"), HasSubstr("'b.bmp' (")));
}

TEST_F(FolderOfPictures, LabelsOfOneClassAreComparedAndOtherClassesRefused) {
  write_all();
  result_of(training());
  for (int i = 0; i < 4; ++i) write("new/night/" + std::to_string(i) + ".bmp", i == 0, i);
  const auto r = run({"predict", "run", "--data", "new"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.output, HasSubstr("\n1,night/1.bmp,night,night,"));
  EXPECT_THAT(r.errors, HasSubstr("1 of 4 wrong"));
  std::filesystem::rename("new/night", "new/noon");
  const auto other = run({"predict", "run", "--data", "new"});
  EXPECT_EQ(code(other.status), static_cast<int>(ExitCode::data));
  EXPECT_THAT(other.errors,
              AllOf(HasSubstr("day night"), HasSubstr("noon"), HasSubstr("unlabeled")));
}

TEST_F(FolderOfPictures, ModelsOfOtherDataAreRefusedInWords) {
  for (int i = 0; i < 3; ++i) write("new/" + std::to_string(i) + ".bmp", true, i);
  result_of(small_run(5, "run") + Arguments{"--dataset", "digits"});
  result_of(small_run(5, "points") + Arguments{"--dataset", "rings"});
  const auto refused = [](const Arguments& arguments, const std::string& word) {
    const auto r = run(Arguments{"predict"} + arguments);
    EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::data));
    EXPECT_THAT(r.errors, HasSubstr(word));
    EXPECT_EQ(r.output, "");
  };
  refused({"points", "--data", "new"}, "a model of pictures");
  refused({"points", "new/1.bmp"}, "a model of pictures");
  refused({"run", "--data", "new"}, "values from 0 to 16");
  refused({"run", "new/1.bmp"}, "values from 0 to 16");
}

TEST_F(FolderOfPictures, RunsInsideTheFolderAreNoPictures) {
  write_all();
  std::filesystem::current_path("photos");
  for (const std::string out : {"runs/a", "b", "runs/c"})
    result_of(small_run(20, out) + Arguments{"--data", "."});
  EXPECT_EQ(record_of("runs/c")["data"], record_of("runs/a")["data"]);
  ASSERT_EQ(code(run({"predict", "runs/a"}).status), 0);
}

TEST_F(FolderOfPictures, ATableOfLabelsBelongsToItsPicturesWhateverTheWorkingFolder) {
  write_all();
  std::string table = "path,label\n";
  for (int i = 0; i < 24; ++i)
    for (const std::string name : {"day", "night"})
      table +=
          name + "/" + std::to_string(i) + ".bmp," + (name == "day" ? "bright" : "dark") + "\n";
  folder_.write("table.csv", table);
  result_of(training() + Arguments{"--labels-file", "table.csv"});
  write("new/a.bmp", true, 1);
  const auto other = run({"predict", "run", "--data", "new"});
  ASSERT_EQ(code(other.status), 0) << other.errors;
  EXPECT_THAT(other.output, HasSubstr("0,a.bmp,bright,"));
  folder_.folder("elsewhere");
  std::filesystem::current_path("elsewhere");
  const auto own = run({"predict", "../run"});
  ASSERT_EQ(code(own.status), 0) << own.errors;
  EXPECT_THAT(own.errors, HasSubstr(" of 12 wrong"));
}

TEST_F(FolderOfPictures, OneClassThatCanBeDecodedIsNothingToLearn) {
  write_all();
  for (int i = 0; i < 24; ++i) folder_.write("photos/day/" + std::to_string(i) + ".bmp", "");
  const auto r = run(training());
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::data));
  EXPECT_THAT(r.errors,
              HasSubstr("of one, 'night'; 24 of 78 images cannot be decoded: 'day/0.bmp'"));
}

TEST_F(FolderOfPictures, AStoppedRunGoesOnToTheSameBits) {
  write_all();
  expect_to_go_on("photos");
}

TEST_F(FolderOfPictures, AResumedRunWantsTheSamePictures) {
  write_all();
  RunningProgram training(program(), small_run(100000, "run") + Arguments{"--data", "photos"},
                          path("log").string());
  ASSERT_TRUE(training.until_started()) << training.errors();
  training.send(SIGTERM);
  ASSERT_EQ(code(training.wait()), 75) << training.errors();
  write("photos/day/another.bmp", true, 3);
  const auto r = run({"--resume", "run"});
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::data)) << r.errors;
  EXPECT_THAT(r.errors, HasSubstr("training samples, as when the split was drawn"));
}

TEST_F(FolderOfPictures, WhatNoDatasetRecognizesIsSaid) {
  folder_.write("photos/notes.txt", "no picture");
  const auto r = run(training());
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::usage));
  EXPECT_THAT(r.errors, AllOf(HasSubstr("no dataset plugin recognizes"), HasSubstr("--dataset")));
  const auto none = run(small_run(5, "run") + Arguments{"--data", "nowhere"});
  EXPECT_EQ(code(none.status), static_cast<int>(ExitCode::data));
  EXPECT_THAT(none.errors, AllOf(HasSubstr("nowhere"), HasSubstr("nothing there")));
}

TEST_F(FolderOfPictures, PicturesWithoutAnyLabelAreAnsweredWithWhatToDo) {
  for (int i = 0; i < 5; ++i) write("photos/IMG_000" + std::to_string(i) + ".bmp", i < 2, i);
  const auto r = run(training());
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::data));
  EXPECT_THAT(r.errors, AllOf(HasSubstr("labels.csv"), Not(HasSubstr("plugin's author"))));
}

}  // namespace
}  // namespace sslhost::host
