// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/label_table.hpp"

#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::images {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

LabelTable table_of(const std::string& text, char separator = 0) {
  std::istringstream in(text);
  return read_label_table(in, "labels.csv", separator);
}

/// "1: a.jpg cat train" for each row.
std::vector<std::string> rows_of(const std::string& text, char separator = 0) {
  const char* const roles[] = {"train", "validation", "test", "unlabeled"};
  std::vector<std::string> rows;
  for (const auto& row : table_of(text, separator).rows)
    rows.push_back(std::to_string(row.line) + ": " + row.path + " " + row.label + " " +
                   roles[static_cast<int>(row.role)]);
  return rows;
}

void expect_refused(const std::string& text, const std::string& where, const std::string& expected,
                    const std::string& found, const std::string& next) {
  const auto error = failure_of([&] { table_of(text); });
  EXPECT_EQ(error.code(), ExitCode::data);
  EXPECT_EQ(error.parts().where, where);
  EXPECT_THAT(error.parts().expected, HasSubstr(expected));
  EXPECT_EQ(error.parts().found, found);
  EXPECT_THAT(error.parts().next, HasSubstr(next));
}

TEST(LabelTable, NeedsNoHeader) {
  EXPECT_THAT(rows_of("a.jpg,cat\nb.jpg,\n"),
              ElementsAre("1: a.jpg cat train", "2: b.jpg  unlabeled"));
  EXPECT_THAT(rows_of("a.jpg,cat,test\n"), ElementsAre("1: a.jpg cat test"));
  EXPECT_FALSE(table_of("a.jpg,cat\n").has_header);
}

TEST(LabelTable, HeaderIsKnownByAnyOfItsWords) {
  for (const std::string path :
       {"path", "file", "filename", "image", "name", "id", "PATH", " File "})
    for (const char* label : {"label", "class", "target", "Label"}) {
      const auto table = table_of(std::string(path) + "," + label + "\na.jpg,cat\n");
      EXPECT_TRUE(table.has_header);
      EXPECT_EQ(table.has_ids, std::string(path) == "id");
      EXPECT_THAT(table.rows, SizeIs(1)) << path << label;
    }
}

TEST(LabelTable, HeaderTellsTheColumnsOrderAndOthersAreIgnored) {
  EXPECT_THAT(rows_of("width,label,split,path\n32,cat,test,a.jpg\n"),
              ElementsAre("2: a.jpg cat test"));
  EXPECT_THAT(rows_of("id,label,path\n7,cat,a.jpg\n"), ElementsAre("2: a.jpg cat train"));
}

TEST(LabelTable, RolesHaveSeveralNames) {
  for (const char* role : {"", " ", "train", "Training"})
    EXPECT_THAT(rows_of(std::string("a,cat,") + role), ElementsAre("1: a cat train")) << role;
  for (const char* role : {"val", "valid", "VALIDATION"})
    EXPECT_THAT(rows_of(std::string("a,cat,") + role), ElementsAre("1: a cat validation")) << role;
  for (const char* role : {"train", "val", ""})
    EXPECT_THAT(rows_of(std::string("a,,") + role), ElementsAre("1: a  unlabeled")) << role;
  EXPECT_THAT(rows_of("a,cat, test\nb,,test"), ElementsAre("1: a cat test", "2: b  test"));
  EXPECT_THAT(rows_of("a,cat,unlabeled"), ElementsAre("1: a  unlabeled"));
}

TEST(LabelTable, BlanksAroundLabelsDoNotCountButThoseOfPathsDo) {
  EXPECT_THAT(rows_of(" a b.jpg , big cat \n"), ElementsAre("1:  a b.jpg  big cat train"));
}

TEST(LabelTable, LinesThatSpreadsheetsAddDoNotCount) {
  EXPECT_THAT(rows_of("sep=;\r\npath;label\r\na.jpg;cat\r\n;\r\n ;;;\r\nb.jpg;dog\r\n;\r\n"),
              ElementsAre("3: a.jpg cat train", "6: b.jpg dog train"));
}

TEST(LabelTable, PathsAreWrittenAsTheFoldersFilesAreCalled) {
  EXPECT_THAT(rows_of("./a//b/./c..jpg,cat\n"), ElementsAre("1: a/b/c..jpg cat train"));
  EXPECT_THAT(rows_of("\"a,\n\"\"b\"\".jpg\",cat\nb,dog"),
              ElementsAre("1: a,\n\"b\".jpg cat train", "3: b dog train"));
}

TEST(LabelTable, PathsOutOfTheFolderAreRefused) {
  const char* const expected = "below the photos' folder";
  expect_refused("a,cat\n/etc/x.jpg,cat\n", "labels.csv, line 2", expected,
                 "the absolute path '/etc/x.jpg'", "cats/1.jpg");
  for (const std::string& path : std::vector<std::string>{"../x.jpg", "a/../x.jpg", "a/..", ".."})
    expect_refused(path + ",cat\n", "labels.csv, line 1", expected, "'..' in '" + path + "'",
                   "cats/1.jpg");
  expect_refused("path,label\n,cat\n", "labels.csv, line 2", expected, "none", "cats/1.jpg");
  expect_refused("./,cat\n", "labels.csv, line 1", expected, "'./'", "cats/1.jpg");
}

TEST(LabelTable, UnknownRoleIsRefused) {
  expect_refused("a,cat,train\nb,cat,tset\n", "labels.csv, line 2", "train, val, test, unlabeled",
                 "'tset'", "leave it empty");
}

TEST(LabelTable, RaggedRowsAreRefused) {
  expect_refused("path,label\na,cat\nb,dog,test\n", "labels.csv, line 3", "2 cells", "3 cells",
                 "into quotes");
  expect_refused("a,cat,test\nb\n", "labels.csv, line 2", "3 cells", "1 cell", "into quotes");
}

TEST(LabelTable, ColumnsMustBeClear) {
  expect_refused("a.jpg\nb.jpg\n", "labels.csv, line 1", "the columns path, label",
                 "1 column without such a header", "write path,label");
  expect_refused("a,b,c,d\n", "labels.csv, line 1", "the columns path, label",
                 "4 columns without such a header", "write path,label");
  expect_refused("path,label,class\na,b,c\n", "labels.csv, line 1", "one column for each",
                 "'label' and 'class'", "rename");
}

TEST(LabelTable, EmptyTablesAreRefused) {
  for (const char* text : {"", "\n\r\n", "path,label\n", "\xEF\xBB\xBFpath,label"})
    expect_refused(text, "labels.csv", "a line for each image", "no such line", "write them");
}

TEST(LabelTable, FileEndingInTsvHasTabs) {
  const sslhost::testing::TemporaryFolder folder;
  const auto table = read_label_table(folder.write("x.TSV", "a,b.jpg\tcat\n"));
  ASSERT_THAT(table.rows, SizeIs(1));
  EXPECT_EQ(table.rows[0].path, "a,b.jpg");
  EXPECT_EQ(table.place(table.rows[0]), (folder / "x.TSV").string() + ", line 1");
  expect_failure(ExitCode::data, "it cannot be opened", [&] { read_label_table(folder / "none"); });
}

}  // namespace
}  // namespace sslhost::images
