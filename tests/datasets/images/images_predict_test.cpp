// SPDX-License-Identifier: Apache-2.0
// sslhost predict RUN PATH... on pictures: what is printed, and where the files are afterwards.
#include <algorithm>
#include <fstream>

#include "tests/datasets/images/bitmap.hpp"
#include "tests/host/commands/program.hpp"

namespace sslhost::host {
namespace {

namespace fs = std::filesystem;
using images::bitmap;
using images::bitmap_of;
using sslhost::testing::names_in;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// One model for all tests: of day, bright red, and night, dark blue; wide pictures, padded.
class PredictPictures : public Program {
 protected:
  static std::string day(int i = 0) {
    return bitmap(30, 12, static_cast<uint8_t>(250 - i), 120, 0);
  }
  static std::string night(int i = 0) {
    return bitmap(30, 12, 0, 10, static_cast<uint8_t>(90 + i));
  }

  void SetUp() override {
    Program::SetUp();
    for (int i = 0; i < 12; ++i) {
      folder_.write("photos/day/" + std::to_string(i) + ".bmp", day(i));
      folder_.write("photos/night/" + std::to_string(i) + ".bmp", night(i));
    }
    result_of(small_run(200, "run") + Arguments{"--data", "photos", "--fit", "pad"});
  }
  static ChildResult predict(const Arguments& more, ExitCode expected = ExitCode::done) {
    auto r = run(Arguments{"predict", "run"} + more);
    EXPECT_EQ(code(r.status), static_cast<int>(expected)) << r.errors;
    return r;
  }
  static std::string refused(const Arguments& more, ExitCode expected) {
    const auto r = predict(more, expected);
    EXPECT_EQ(r.output, "");
    return r.errors;
  }
  /// Through a shell, for what stands on standard input; its output behind the program's.
  static std::string shell(const std::string& command) {
    return run_child("/bin/sh",
                     {"-c", "P=" + program().string() + "; " + command + "; echo \"rc $?\""},
                     std::chrono::minutes(4))
        .output;
  }
  static std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }
};

TEST_F(PredictPictures, FilesAndFoldersInTheirOrderAndBadOnesWithTheirReason) {
  folder_.write("new/10.bmp", day());
  folder_.write("new/2.bmp", night());
  folder_.write("new/notes.txt", "no picture");
  folder_.write("new/deep/3.bmp", day());
  folder_.write("new/empty.jpg", "");
  folder_.write("one, two.bmp", night());
  const auto r = predict({"one, two.bmp", "new", "gone.jpg"}, ExitCode::data);
  const auto all = lines(r.output);
  ASSERT_EQ(all.size(), 7u) << r.output;
  EXPECT_EQ(all[0], "path,class,probability,error");
  EXPECT_THAT(all[1], StartsWith("\"one, two.bmp\",night,"));
  EXPECT_THAT(all[2], StartsWith("new/2.bmp,night,"));
  EXPECT_THAT(all[3], StartsWith("new/10.bmp,day,"));
  EXPECT_EQ(all[4], "new/empty.jpg,,,0 bytes");
  EXPECT_THAT(all[5], StartsWith("new/deep/3.bmp,day,"));
  EXPECT_EQ(all[6], "gone.jpg,,,No such file or directory");
  EXPECT_THAT(r.errors, HasSubstr("4 of 6 files predicted; 2 could not be read"));
  const auto cached = names_in("cache/sslhost/images").size();
  predict({"new/2.bmp"});
  EXPECT_EQ(names_in("cache/sslhost/images").size(), cached) << "nothing is kept of them";
}

TEST_F(PredictPictures, APictureIsPreparedAsInTrainingAloneAndAmongOthersAndByTheFileAlone) {
  const auto wide = [](int x, int, int c) {
    return c == 0 ? (x < 9 ? 250 : 0) : (c == 2 && x > 8 ? 90 : 60);
  };
  folder_.write("new/a.bmp", bitmap_of(30, 12, wide));  // by its middle alone it is night
  folder_.write("new/b.bmp", day());
  const auto listed = predict({"new", "--format", "jsonl", "--probabilities"}).output;
  const auto alone = predict({"new/a.bmp", "--format", "jsonl", "--probabilities"}).output;
  EXPECT_EQ(lines(listed)[0] + "\n", alone);
  fs::copy_file("run/model.safetensors", "alone.safetensors");
  const auto r =
      run({"predict", "alone.safetensors", "new/a.bmp", "--format", "jsonl", "--probabilities"});
  EXPECT_EQ(r.output, alone) << "the model knows --fit pad: " << r.errors;
  const auto dataset = predict({"--data", "new", "--format", "jsonl", "--probabilities"}).output;
  EXPECT_EQ(nlohmann::json::parse(lines(dataset)[0])["probabilities"],
            nlohmann::json::parse(alone)["probabilities"]);
  EXPECT_THAT(refused({"new", "--fit", "crop"}, ExitCode::usage),
              AllOf(HasSubstr("--fit crop"), HasSubstr("trained on: --fit pad")));
  EXPECT_EQ(predict({"new/a.bmp", "--fit", "pad", "--format", "jsonl", "--probabilities"}).output,
            alone);
}

TEST_F(PredictPictures, FormatsAndUnsureOnes) {
  const std::string odd = "new/a\tb\n\xff.bmp";
  folder_.write(odd, day());
  EXPECT_THAT(
      predict({odd, "--probabilities"}).output,
      AllOf(StartsWith("path,class,probability,error,probability_day,probability_night\n\"" + odd +
                       "\",day,"),
            ::testing::ContainsRegex(",0\\.[0-9]{4},,0\\.[0-9]{4},0\\.[0-9]{4}\n$")));
  EXPECT_THAT(predict({odd, "--format", "tsv"}).output,
              StartsWith("path\tclass\tprobability\terror\n\"" + odd + "\"\tday\t0."));
  const auto object = nlohmann::json::parse(predict({odd, "--format", "jsonl"}).output);
  EXPECT_EQ(object["path"], "new/a\tb\n\xef\xbf\xbd.bmp");
  EXPECT_EQ(object["class"], "day");
  EXPECT_TRUE(object["error"].is_null());
  const auto unsure = predict({odd, "--unsure", "1", "--threads", "1"});
  EXPECT_THAT(unsure.output, HasSubstr("\",,0."));
  EXPECT_THAT(unsure.errors, HasSubstr("1 of 1 files predicted, 1 of them unsure"));
  const auto labeled = predict({"--unsure", "1", "--probabilities"});
  EXPECT_THAT(
      labeled.output,
      StartsWith("index,name,label,predicted,probability,probability_day,probability_night\n"));
  EXPECT_THAT(labeled.errors, HasSubstr("0 of 0 wrong (0.00 %); 6 unsure"));
}

TEST_F(PredictPictures, AListOnStandardInput) {
  folder_.write("new/a b.bmp", day());
  folder_.write("new/c\nd.bmp", night());
  EXPECT_THAT(shell("printf 'new/a b.bmp\\r\\n\\nnew/a b.bmp' | $P predict run - --quiet"),
              ::testing::ContainsRegex("^path.*\nnew/a b.bmp,day,.*\nnew/a b.bmp,day,.*\nrc 0\n$"));
  EXPECT_THAT(shell("find new -type f -print0 | sort -z | $P predict run - --null 2>&1"),
              AllOf(HasSubstr("\nnew/a b.bmp,day,"), HasSubstr("\n\"new/c\nd.bmp\",night,"),
                    HasSubstr("rc 0")));
  EXPECT_THAT(shell("$P predict run - 2>&1 < /dev/null"),
              AllOf(HasSubstr("paths, one a line"), HasSubstr("rc 3")));
}

TEST_F(PredictPictures, AReaderThatHasEnoughEndsItQuietly) {
  for (int i = 0; i < 200; ++i) folder_.write("new/" + std::to_string(i) + ".bmp", day(i));
  // The reader is gone before anything is written; the signal is ignored, as in some programs.
  EXPECT_EQ(shell("trap '' PIPE; { $P predict run new 2> errors; echo \"ended $?\" >&2; } 2> code "
                  "| true; cat code errors"),
            "ended 141\nrc 0\n");
}

TEST_F(PredictPictures, MovedByClassAndNothingIsReplaced) {
  folder_.write("new/a.bmp", day(1));
  folder_.write("new/deep/a.bmp", day(2));
  folder_.write("new/n.bmp", night());
  folder_.write("new/bad.jpg", "bad");
  const auto r = predict({"new", "--move", "by/class"}, ExitCode::data);
  EXPECT_THAT(names_in("by/class/day"), ElementsAre("a (2).bmp", "a.bmp"));
  EXPECT_EQ(read_text("by/class/day/a.bmp"), day(1));
  EXPECT_EQ(read_text("by/class/day/a (2).bmp"), day(2));
  EXPECT_EQ(read_text("by/class/night/n.bmp"), night());
  EXPECT_THAT(names_in("new"), ElementsAre("bad.jpg", "deep"));
  EXPECT_THAT(r.output, AllOf(StartsWith("path,class,probability,error,to\n"),
                              HasSubstr(",,by/class/day/a (2).bmp\n")));
  EXPECT_THAT(r.errors, HasSubstr("3 moved; 1 could not be read"));
  const auto again = predict({"by/class", "--move", "by/class"});
  EXPECT_THAT(again.errors, HasSubstr("0 moved, 3 there already"));
  EXPECT_THAT(names_in("by/class/day"), ElementsAre("a (2).bmp", "a.bmp"));
  EXPECT_THAT(predict({"by", "--move", "elsewhere", "--unsure", "1"}).errors, HasSubstr("0 moved"));
  EXPECT_EQ(names_in("by/class/day").size(), 2u) << "unsure ones stay";
}

TEST_F(PredictPictures, ALinkWhoseFileHasJustBeenMovedEndsNothing) {
  folder_.write("new/a/x.bmp", day(1));
  folder_.write("new/b/z.bmp", night());
  fs::create_symlink("../a/x.bmp", "new/b/l.bmp");
  const auto r = predict({"new", "--move", "by"}, ExitCode::data);
  EXPECT_THAT(r.output, HasSubstr("new/b/l.bmp,,,no longer there"));
  EXPECT_THAT(names_in("by/night"), ElementsAre("z.bmp")) << "it goes on";
}

TEST_F(PredictPictures, WhatALinkToAFolderLeadsToIsNotMoved) {
  folder_.write("new/a.bmp", day());
  folder_.write("far/b.bmp", day(1));
  fs::create_directory_symlink("../far", "new/link");
  const auto r = predict({"new", "--move", "by"});
  EXPECT_THAT(r.errors, AllOf(HasSubstr("new/link: a link to a folder, which --move does not go"),
                              HasSubstr("1 moved")));
  EXPECT_THAT(names_in("far"), ElementsAre("b.bmp"));
  EXPECT_THAT(refused({"new", "--move", "by"}, ExitCode::data), HasSubstr("only links to folders"));
  EXPECT_THAT(refused({"new", "--unshure", "0.7"}, ExitCode::usage),
              HasSubstr("did you mean --unsure?"));
}

TEST_F(PredictPictures, LinkedByClassAgainAndAgain) {
  folder_.write("new/a.bmp", day(1));
  for (const auto* count : {"1 linked", "0 linked, 1 there already"})
    EXPECT_THAT(predict({"new", "--link", "links"}).errors, HasSubstr(count));
  EXPECT_EQ(fs::read_symlink("links/day/a.bmp"), path("new/a.bmp"));
  EXPECT_THAT(names_in("links/day"), ElementsAre("a.bmp"));
}

TEST_F(PredictPictures, WhatIsWrongIsSaidBeforeAnythingIsDone) {
  folder_.write("new/a.bmp", day());
  folder_.write("file", "");
  folder_.folder("empty");
  EXPECT_THAT(refused({"empty"}, ExitCode::data), HasSubstr("no file that may be one"));
  EXPECT_THAT(refused({"gone"}, ExitCode::data), HasSubstr("nothing there"));
  EXPECT_THAT(refused({"new", "--data", "photos"}, ExitCode::usage),
              HasSubstr("--data, and 'new'"));
  EXPECT_THAT(refused({"new", "--move", "a", "--link", "b"}, ExitCode::usage), HasSubstr("both"));
  EXPECT_THAT(refused({"--data", "new", "--move", "a"}, ExitCode::usage),
              HasSubstr("files or folders"));
  EXPECT_THAT(refused({"new", "--move", "file/x"}, ExitCode::storage), HasSubstr("file/x"));
  EXPECT_THAT(refused({"new", "--unsure", "80"}, ExitCode::usage), HasSubstr("from 0 to 1"));
  EXPECT_THAT(refused({"new", "--format", "xml"}, ExitCode::usage), HasSubstr("csv, tsv or jsonl"));
  EXPECT_THAT(refused({"new", "--null"}, ExitCode::usage), HasSubstr("no '-'"));
  EXPECT_TRUE(fs::exists("new/a.bmp"));
  const auto nothing = run({"predict", "nothing.safetensors", "new"});
  EXPECT_EQ(code(nothing.status), static_cast<int>(ExitCode::storage));
}

/// A model of gray pictures from a file of another kind.
TEST_F(PredictPictures, ModelsOfGrayPicturesSeePhotosInGray) {
  fs::create_directory("set");
  std::string labels, pixels;
  for (int i = 0; i < 60; ++i) {
    labels += static_cast<char>(i % 2);
    pixels += std::string(64, static_cast<char>(i % 2 == 0 ? 20 + i : 180 + i));
  }
  const auto head = [](std::initializer_list<int> words) {
    std::string text;
    for (const int word : words)
      for (const int shift : {24, 16, 8, 0}) text += static_cast<char>(word >> shift);
    return text;
  };
  for (const std::string part : {"train", "t10k"}) {
    folder_.write("set/" + part + "-images-idx3-ubyte", head({0x803, 60, 8, 8}) + pixels);
    folder_.write("set/" + part + "-labels-idx1-ubyte", head({0x801, 60}) + labels);
  }
  result_of(small_run(200, "gray") + Arguments{"--data", "set", "--labels", "20"});
  folder_.write("new/dark.bmp", bitmap(9, 12, 0, 20, 200));  // its luma is 35
  folder_.write("new/light.bmp", bitmap(9, 12, 200, 220, 60));
  for (const std::string model : {"gray", "gray/model.safetensors"}) {
    const auto r = run({"predict", model, "new"});
    EXPECT_EQ(code(r.status), 0) << r.errors;
    EXPECT_THAT(r.output, AllOf(HasSubstr("new/dark.bmp,0,"), HasSubstr("new/light.bmp,1,")));
  }
}

}  // namespace
}  // namespace sslhost::host
