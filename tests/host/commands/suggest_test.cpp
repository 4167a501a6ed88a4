// SPDX-License-Identifier: Apache-2.0
// sslhost suggest PATH, and the draw of medoids, from outside.
#include <algorithm>
#include <set>

#include "tests/data_plugins/points_file.hpp"
#include "tests/datasets/images/bitmap.hpp"
#include "tests/host/commands/program.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::write_text;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Suggest : public Program {
 protected:
  static std::string said(const Arguments& arguments) {
    const auto r = run(Arguments{"suggest"} + arguments);
    EXPECT_EQ(code(r.status), 0) << r.errors;
    return r.output;
  }
  static std::string refusal(const Arguments& arguments, ExitCode expected = ExitCode::usage) {
    const auto r = run(Arguments{"suggest"} + arguments);
    EXPECT_EQ(code(r.status), static_cast<int>(expected)) << r.errors;
    EXPECT_EQ(r.output, "");
    return r.errors;
  }
  static Arguments lines_of(const std::filesystem::path& file) {
    std::istringstream text(read_text(file));
    Arguments lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }
  static std::set<std::string> set_of(const Arguments& words) {
    return {words.begin(), words.end()};
  }
  static nlohmann::json split_of(const std::filesystem::path& run) {
    return nlohmann::json::parse(read_text(run / "split.json"));
  }
  static std::set<std::string> labeled_in(const std::filesystem::path& run) {
    const auto split = split_of(run);
    std::set<std::string> ids;
    for (const auto& id : split["labeled"]) ids.insert(id.dump());
    return ids;
  }
  /// `count` pictures of one color each: four colors in turn, a little lighter each time.
  void write_photos(int count) const {
    constexpr int kColors[4][3] = {{200, 0, 0}, {0, 200, 0}, {0, 0, 200}, {200, 200, 0}};
    for (int i = 0; i < count; ++i) {
      const auto& c = kColors[i % 4];
      const auto shade = i / 4;
      folder_.write("photos/" + std::to_string(i) + ".bmp",
                    images::bitmap_of(40, 40, [&](int x, int y, int channel) {
                      return static_cast<uint8_t>(c[channel] + shade + (x + y) % 5);
                    }));
    }
  }
  static int color_of(const std::string& name) { return std::stoi(name) % 4; }
};

TEST_F(Suggest, DigitsAreNumbersThatLabelIdsTakesAndTheDrawOfMedoids) {
  const auto text = said({"--dataset", "digits", "-n", "20", "--seed", "3"});
  EXPECT_THAT(text, AllOf(StartsWith("20 of 3823 samples: suggested.txt, and shown in "
                                     "suggested.png\nall have a label: "),
                          HasSubstr("--label-ids suggested.txt\n")));
  EXPECT_THAT(read_text("suggested.png"), StartsWith("\x89PNG"));
  const auto chosen = set_of(lines_of("suggested.txt"));
  EXPECT_THAT(chosen, SizeIs(20));
  result_of(small_run(2, "named") + Arguments{"--label-ids", "suggested.txt"});
  EXPECT_EQ(labeled_in("named"), chosen);
  result_of(small_run(2, "drawn") +
            Arguments{"--draw", "medoids", "--labels", "20", "--seed", "3"});
  EXPECT_EQ(labeled_in("drawn"), chosen);
  EXPECT_EQ(split_of("drawn")["request"]["draw"], "medoids");
  result_of(small_run(2, "again") + Arguments{"--split", "drawn"});
  EXPECT_EQ(split_of("again")["hash"], split_of("drawn")["hash"]);
}

TEST_F(Suggest, IsTheSameForAnyNumberOfThreads) {
  for (const std::string threads : {"1", "2", "3"})
    said({"--dataset", "digits", "-n", "30", "--threads", threads, "--out", threads + ".txt"});
  EXPECT_EQ(read_text("1.txt"), read_text("2.txt"));
  EXPECT_EQ(read_text("1.txt"), read_text("3.txt"));
  said({"--dataset", "digits", "-n", "30", "--seed", "1", "--out", "other.txt"});
  EXPECT_NE(read_text("1.txt"), read_text("other.txt"));
}

TEST_F(Suggest, PhotosWithoutLabelsAreNamesForThePageToLabelOn) {
  write_photos(40);
  EXPECT_THAT(said({"photos", "-n", "4"}),
              AllOf(StartsWith("4 of 40 samples: suggested.txt, and shown in suggested.png\n"),
                    EndsWith("next: sslhost label photos --order suggested.txt\n")));
  std::set<int> colors;
  for (const auto& name : lines_of("suggested.txt")) colors.insert(color_of(name));
  EXPECT_THAT(colors, SizeIs(4)) << "one of each";
}

TEST_F(Suggest, ANameWithALineEndTakesOneLine) {
  write_photos(1);
  std::filesystem::rename("photos/0.bmp", "photos/new\nline.bmp");
  said({"photos", "-n", "1"});
  EXPECT_EQ(read_text("suggested.txt"), "\"new\\nline.bmp\"\n");
}

TEST_F(Suggest, ColorsWithoutALabelComeFirst) {
  write_photos(40);
  folder_.write("photos/labels.csv", "path,label\n0.bmp,red\n1.bmp,green\n");
  EXPECT_THAT(said({"photos", "--count", "2"}),
              HasSubstr("2 of 40 samples: suggested.txt, and shown in suggested.png\n2 have a "
                        "label already; what is suggested is unlike these\n"));
  std::set<int> colors;
  for (const auto& name : lines_of("suggested.txt")) colors.insert(color_of(name));
  EXPECT_EQ(colors, (std::set<int>{2, 3}));
}

TEST_F(Suggest, NextAreSamplesThatTheRunHadNoLabelOf) {
  result_of(small_run(30, "first") + Arguments{"--labels", "20"});
  said({"--dataset", "digits", "-n", "15", "--next", "first"});
  const auto next = lines_of("suggested.txt");
  EXPECT_THAT(set_of(next), SizeIs(15));
  const auto labeled = labeled_in("first");
  for (const auto& id : next) EXPECT_FALSE(labeled.contains(id)) << id;
  said({"--dataset", "digits", "-n", "15", "--next", "first/model.safetensors", "--out", "m.txt"});
  EXPECT_THAT(lines_of("m.txt"), SizeIs(15)) << "a model alone";
}

TEST_F(Suggest, TheDrawOfMedoidsLooksAtNoLabel) {
  sslhost::testing::PointsFile points = sslhost::testing::usual_points();
  auto poisoned = points.text();
  for (size_t at = 0, i = 0; (at = poisoned.find("red\n", at)) != std::string::npos; ++at)
    if (i++ % 3 != 0) poisoned.replace(at, 4, "blue\n");
  ASSERT_NE(poisoned, points.text());
  const auto drawn = [&](const std::string& text, const std::string& out) {
    write_text("points.csv", text);
    result_of(small_run(2, out) + Arguments{"--dataset", "csv-points", "--data", "points.csv",
                                            "--labels", "6", "--draw", "medoids", "--plugin-dir",
                                            built("tests/data_plugins")});
    return split_of(out)["labeled"];
  };
  EXPECT_EQ(drawn(points.text(), "good"), drawn(poisoned, "poisoned"));
}

TEST_F(Suggest, AModelOfOtherClassesIsRefused) {
  write_photos(40);
  folder_.write("photos/labels.csv",
                "path,label\n0.bmp,red\n1.bmp,green\n2.bmp,red\n3.bmp,green\n");
  result_of(
      {"--plugin", "linear-probe", "--data", "photos", "--encoder", "none", "--out", "first"});
  folder_.write("photos/labels.csv", "path,label\n0.bmp,red\n1.bmp,sky\n");
  said({"photos", "-n", "2", "--next", "first"});
  folder_.write("photos/labels.csv", "path,label\n0.bmp,sea\n1.bmp,sky\n");
  EXPECT_THAT(refusal({"photos", "-n", "2", "--next", "first", "--force"}, ExitCode::data),
              AllOf(HasSubstr("2: sea, sky"), HasSubstr("2: green, red")));
}

TEST_F(Suggest, NothingIsWrittenOver) {
  write_text("suggested.png", "mine");
  EXPECT_THAT(refusal({"--dataset", "digits", "-n", "5"}),
              AllOf(HasSubstr("suggested.png"), HasSubstr("--force")));
  EXPECT_FALSE(std::filesystem::exists("suggested.txt"));
  said({"--dataset", "digits", "-n", "5", "--force"});
  EXPECT_THAT(lines_of("suggested.txt"), SizeIs(5));
  EXPECT_THAT(refusal({"--dataset", "digits", "-n", "5", "--out", "a.png"}),
              HasSubstr("a text file"));
}

TEST_F(Suggest, WhatCannotBeChosenIsRefusedInWords) {
  EXPECT_THAT(refusal({"--dataset", "digits"}), HasSubstr("-n N: how many samples"));
  EXPECT_THAT(refusal({"--dataset", "digits", "-n", "0"}), HasSubstr("from 1 on"));
  EXPECT_THAT(refusal({"--dataset", "digits", "-n", "few"}), HasSubstr("'few'"));
  EXPECT_THAT(refusal({"-n", "5"}), HasSubstr("the path of the data, or --dataset ID"));
  EXPECT_THAT(refusal({"a", "b", "-n", "5"}), HasSubstr("one path"));
  EXPECT_THAT(refusal({"--dataset", "digits", "-n", "5", "--labels", "5"}), HasSubstr("labels"));
  EXPECT_THAT(refusal({"--dataset", "digits", "-n", "3824"}, ExitCode::data),
              AllOf(HasSubstr("-n 3824"), HasSubstr("3823 of them")));
  EXPECT_THAT(refusal({"--dataset", "digits", "-n", "5", "--next", "nowhere"}, ExitCode::storage),
              HasSubstr("nowhere"));
  EXPECT_THAT(refusal({"nowhere", "-n", "5"}, ExitCode::data), HasSubstr("nowhere"));
  EXPECT_THAT(refusal({"--dataset", "digits", "-n", "5", "--out", "no/a.txt"}, ExitCode::storage),
              HasSubstr("no folder no"));
  EXPECT_FALSE(std::filesystem::exists("suggested.txt"));
}

TEST_F(Suggest, MoreMedoidsThanSamplesAreRefusedAsADrawIs) {
  const auto r = run(small_run(2, "run") + Arguments{"--draw", "medoids", "--labels", "4000"});
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::data)) << r.errors;
  EXPECT_THAT(r.errors, HasSubstr("3823 that have no other role"));
}

}  // namespace
}  // namespace sslhost::host
