// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/label_file.hpp"

#include <algorithm>

#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::read_text;
using sslhost::testing::TemporaryFolder;

class LabelFile : public ::testing::Test {
 protected:
  /// Reads the folder, gives labels, and returns the table.
  std::string after(const std::vector<std::pair<std::string, std::string>>& given) {
    const auto pictures = read_pictures(folder_.path());
    std::vector<std::string> labels;
    for (const auto& one : pictures.all) labels.push_back(one.label);
    std::vector<size_t> changed;
    for (const auto& [name, label] : given) {
      const auto at = std::ranges::find(pictures.all, name, &Picture::name);
      EXPECT_NE(at, pictures.all.end()) << name;
      changed.push_back(static_cast<size_t>(at - pictures.all.begin()));
      labels[changed.back()] = label;
    }
    write_label_table(pictures, labels, changed);
    check_reads_back(labels);
    return read_text(pictures.table);
  }

  void check_reads_back(const std::vector<std::string>& labels) const {
    const auto again = read_pictures(folder_.path());
    ASSERT_EQ(again.all.size(), labels.size());
    for (size_t i = 0; i < labels.size(); ++i)
      EXPECT_EQ(again.all[i].label, labels[i]) << again.all[i].name;
  }

  void pictures(const std::vector<std::string>& names) const {
    for (const auto& name : names) folder_.write(name, "no picture is opened here");
  }

  const TemporaryFolder folder_;
};

TEST_F(LabelFile, NewOneHasWhatIsLabeled) {
  pictures({"a.jpg", "b.jpg", "c \"x\", y.jpg", "d.jpg"});
  EXPECT_EQ(after({{"a.jpg", "cat"}, {"c \"x\", y.jpg", "a, \"b\""}}),
            "path,label\na.jpg,cat\n\"c \"\"x\"\", y.jpg\",\"a, \"\"b\"\"\"\n");
}

TEST_F(LabelFile, NewOneTakesOverTheLabelsOfFolders) {
  pictures({"train/cat/1.jpg", "train/dog/1.jpg", "test/cat/2.jpg", "unlabeled/3.jpg"});
  EXPECT_EQ(after({{"unlabeled/3.jpg", "cow"}}),
            "path,label,role\ntest/cat/2.jpg,cat,test\ntrain/cat/1.jpg,cat,\ntrain/dog/1.jpg,dog,\n"
            "unlabeled/3.jpg,cow,\n");
}

TEST_F(LabelFile, RowsColumnsAndSeparatorStay) {
  pictures({"a.jpg", "b.jpg", "c.jpg", "d.jpg"});
  folder_.write("labels.csv",
                "who;label;path;set\nme;cat;./a.jpg;test\n\"x;y\";dog;b.jpg;unlabeled\n;;c.jpg;\n");
  EXPECT_EQ(
      after({{"a.jpg", "cow"}, {"b.jpg", "ant"}, {"d.jpg", "bee"}}),
      "who;label;path;set\nme;cow;./a.jpg;test\n\"x;y\";ant;b.jpg;train\n;;c.jpg;\n;bee;d.jpg;"
      "\n");
}

TEST_F(LabelFile, TableWithoutHeaderAndWithIds) {
  pictures({"a.jpg", "b.jpg"});
  folder_.write("labels.csv", "a.jpg,cat\r\n");
  EXPECT_EQ(after({{"a.jpg", "dog"}, {"b.jpg", "cat"}}), "a.jpg,dog\nb.jpg,cat\n");
  folder_.write("labels.csv", "id,label\na,cat\n");
  EXPECT_EQ(after({{"a.jpg", "dog"}, {"b.jpg", "cat"}}), "id,label\na,dog\nb.jpg,cat\n");
}

TEST_F(LabelFile, TabsInATsv) {
  pictures({"a.jpg", "b.jpg"});
  folder_.write("labels.tsv", "path\tlabel\na.jpg\tcat, gray\n");
  EXPECT_EQ(after({{"b.jpg", "dog"}}), "path\tlabel\na.jpg\tcat, gray\nb.jpg\tdog\n");
}

TEST_F(LabelFile, TakenBackLabelLeavesAnEmptyCellAndTwoRowsOfOnePictureStayAlike) {
  pictures({"a.jpg", "b.jpg"});
  folder_.write("labels.csv", "path,label\na.jpg,cat\n./a.jpg,cat\nb.jpg,dog\n");
  EXPECT_EQ(after({{"a.jpg", ""}}), "path,label\na.jpg,\n./a.jpg,\nb.jpg,dog\n");
}

TEST_F(LabelFile, RowThroughALinkedFolderIsFound) {
  pictures({"real/a.jpg", "real/b.jpg"});
  std::filesystem::create_directory_symlink("real", folder_ / "link");
  folder_.write("labels.csv", "path,label\nlink/a.jpg,cat\n");
  EXPECT_EQ(after({{"real/a.jpg", "dog"}}), "path,label\nlink/a.jpg,dog\n");
}

TEST_F(LabelFile, BrokenOneIsLeftAlone) {
  pictures({"a.jpg"});
  const auto read = read_pictures(folder_.path());
  const auto table = folder_.write("labels.csv", "path,label\na.jpg,\"cat\n");
  expect_failure(ExitCode::data, "labels.csv", [&] { write_label_table(read, {"dog"}, {0}); });
  EXPECT_EQ(read_text(table), "path,label\na.jpg,\"cat\n");
}

TEST_F(LabelFile, AwkwardNamesComeBack) {
  pictures({"new\nline.jpg", " blank .jpg", "100%.jpg", "semi;colon\t.jpg", "\xff.jpg"});
  after({{"new\nline.jpg", "a"},
         {" blank .jpg", "b"},
         {"100%.jpg", "c"},
         {"semi;colon\t.jpg", "d"},
         {"%FF.jpg", "e"}});
}

}  // namespace
}  // namespace sslhost::host
