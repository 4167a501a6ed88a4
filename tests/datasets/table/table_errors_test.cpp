// SPDX-License-Identifier: Apache-2.0
// What is wrong with a table is said with its file, line and column.
#include <unistd.h>

#include "tests/datasets/table/table_files.hpp"

namespace sslhost::table {
namespace {

using ::testing::HasSubstr;

class TableErrors : public TableFolder {
 protected:
  void refused(const std::string& text, const std::string& place, const std::string& found,
               const TableOptions& options = {}) const {
    expect_refused(place.empty() ? "train.csv" : "train.csv, " + place, found,
                   [&] { read(text, options); });
  }
};

TEST_F(TableErrors, TextAmongNumbers) {
  refused("a,class\n1,x\n2,y\nmuch,x\n", "line 4, column 'a'", "'much'");
  refused("a,\"b, c\",note,class\n1,2,\"two\nlines\",x\n\n5,oops,z,y", "line 5, column 'b, c'",
          "'oops'");
  const auto error = failure_of([&] { read("a,class\n1,x\n1x,y\n"); });
  EXPECT_THAT(error.parts().expected, HasSubstr("as in line 2"));
  EXPECT_THAT(error.parts().next, HasSubstr("--category-columns"));
}

TEST_F(TableErrors, DecimalCommasWithoutSemicolons) {
  refused("a\tclass\n1,5\tx\n2,5\ty\n", "line 2, column 'a'", "'1,5', with a comma");
  refused("a,class\n1,x\n\"1,500\",y\n", "line 3, column 'a'", "'1,500', with a comma");
  refused("a,class\n1,5,x\n2,5,y\n", "line 2", "3 cells");
  const auto error = failure_of([&] { read("a,class\n1,5,x\n2,5,y\n"); });
  EXPECT_THAT(error.parts().next, HasSubstr("semicolons"));
}

TEST_F(TableErrors, GroupsOfThousands) {
  refused("a,class\n\"12,964.55\",x\n1,y\n", "line 2, column 'a'", "'12,964.55'");
  refused("a;class\n1.234.567,5;x\n1;y\n", "line 2, column 'a'", "'1.234.567,5'");
  const auto error = failure_of([&] { read("a,class\n\"1,234.5\",x\n2,y\n"); });
  EXPECT_THAT(error.parts().expected, HasSubstr("thousands"));
}

TEST_F(TableErrors, DecimalPointsAmongDecimalCommas) {
  refused("a;class\n12,5;x\n1.234;y\n", "line 3, column 'a'", "'1.234', with a point");
  refused("a;class\n1.234;x\n7;y\n12,5;y\n", "line 4, column 'a'", "'12,5', with a comma");
  EXPECT_NO_THROW(read("a;b;class\n12,5;1.5;x\n1,25;2.5;y\n")) << "each column has its own";
}

TEST_F(TableErrors, InfiniteNumbers) {
  refused("a,class\n1,x\n-inf,y\n", "line 3, column 'a'", "'-inf'");
  refused("a,class\n1e39,x\n2,y\n", "line 2, column 'a'", "'1e39'");
}

TEST_F(TableErrors, RaggedRows) {
  refused("a,b,class\n1,2,x\n1,y\n", "line 3", "2 cells");
  refused("a,b,class\n1,2,x\n1,2,y,\n", "line 3", "4 cells");
  std::string text = "a,class\n";
  for (int i = 0; i < 200; ++i) text += i % 2 ? "1,x\n" : "2,y\n";
  refused(text + "3\n", "line 202", "1 cell");
}

TEST_F(TableErrors, TextOfAnotherEncoding) {
  refused("a,caf\xE9,class\n1,2,x\n2,3,y\n", "line 1", "'caf%E9'");
  std::string text = "a,b,class\n";
  for (int i = 0; i < 200; ++i) text += i % 2 ? "1,red,x\n" : "2,blue,y\n";
  refused(text + "3,gr\xFCn,x\n", "line 202", "'gr%FCn'");
}

TEST_F(TableErrors, AnotherFileInItsPlace) {
  refused("<!DOCTYPE html>\n<html>,\n", "", "a web page");
  refused("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 7\n", "",
          "a Git LFS pointer");
}

TEST_F(TableErrors, NothingToRead) {
  refused("", "", "an empty file");
  refused("\n\r\n", "", "an empty file");
  refused("\xEF\xBB\xBF", "", "an empty file");
  refused("a,b,class\n", "", "the header alone");
  refused("class\nx\ny\n", "", "none");
  refused("a,class\n,x\nNA,y\n", "", "none");
}

TEST_F(TableErrors, LabelsThatAreNone) {
  refused("a,class\n1,x\n2,x\n", "column 'class'", "one class, 'x'");
  refused("a,class\n1,\n2,?\n", "column 'class'", "none in all 2");
  refused("a,b\n1,1.5\n2,2.5\n", "", "none among a, b");
  refused("a,class\n1,x\n2,y\n", "option label_column", "'kind'", {.label_column = "kind"});
  refused("a,class\n1,x\n2,y\n", "option label_column", "'3'", {.label_column = "3"});
  refused("a,class\n1,x\n2,y\n", "option ignore_columns", "'b'", {.ignore_columns = "a,b"});
  refused("a,class\n1,x\n2,y\n", "", "'class' for both",
          {.label_column = "class", .id_column = "class"});
}

TEST_F(TableErrors, MeasuredValuesAreNoLabelsUnlessItIsSaid) {
  std::string numbers = "a,target\n", words = "a,b\n";
  for (int i = 0; i < 65; ++i) {
    numbers += "1," + std::to_string(i) + "\n";
    words += "1,w" + std::to_string(i) + "\n";
  }
  refused(numbers, "column 'target' (by its name)", "65 different numbers");
  refused(words, "column 'b' (the last one)", "65 different words in 65 rows");
  EXPECT_EQ(read(numbers, {.label_column = "target"}).classes.size(), 65u);
  EXPECT_EQ(read(words, {.label_column = "2"}).classes.size(), 65u);
}

TEST_F(TableErrors, TooManyCategories) {
  std::string text = "a,b,class\n";
  for (int i = 0; i < 64; ++i) text += "w" + std::to_string(i) + ",1,x\n";
  EXPECT_EQ(read(text + "w0,1,y\n").shape[0], 65);
  refused(text + "another,1,y\n", "line 66, column 'a'", "'another'");
}

TEST_F(TableErrors, ColumnNamesThatComeTwice) {
  refused("a,b,a,class\n1,2,3,x\n", "line 1", "'a' for columns 1 and 3");
  refused("\n a ,a,class\n1,2,x\n", "line 2", "'a' for columns 1 and 2");
}

TEST_F(TableErrors, NamesThatWereAskedFor) {
  refused("who,a,class\np,1,x\nq,2,y\np,3,y\n", "column 'who'", "'p' in lines 2 and 4",
          {.id_column = "who"});
  refused("who,a,class\np,1,x\n,2,y\n", "column 'who'", "an empty cell in line 3",
          {.id_column = "who"});
}

TEST_F(TableErrors, BytesThatAreNoTable) {
  refused(std::string("a,class\n1,x\n2,\0", 15), "line 3", "a byte of value 0");
  refused("a,class\n1,x\n2,\"y\n", "line 3", "none up to the end");
  refused("a,class\n1,x\n2," + std::string(10'000'000, 'y') + "\n", "line 3", "a longer one");
}

TEST_F(TableErrors, AClassThatTrainingHasNot) {
  expect_refused("test.csv, line 3, column 'class'", "'z'",
                 [&] { read_both("a,class\n1,x\n2,y\n", "class,a\nx,1\nz,2\nz,3\n"); });
}

TEST_F(TableErrors, ATestTableWithSomeLabels) {
  expect_refused("test.csv, line 3, column 'class'", "none",
                 [&] { read_both("a,class\n1,x\n2,y\n", "a,class\n1,x\n2,\n"); });
}

TEST_F(TableErrors, ATestTableWithOtherColumns) {
  expect_refused("test.csv", "no 'a', 'b'",
                 [&] { read_both("a,b,class\n1,2,x\n2,3,y\n", "c,class\n1,x\n"); });
  expect_refused("test.csv, line 2, column 'a'", "'red'",
                 [&] { read_both("a,class\n1,x\n2,y\n", "a,class\nred,x\n"); });
}

TEST_F(TableErrors, FilesThatCannotBeRead) {
  expect_refused("none.csv", "No such file",
                 [&] { read_tables({.train = folder / "none.csv"}, {}); });
  expect_refused("folder", "no regular file",
                 [&] { read_tables({.train = folder.folder("folder")}, {}); });
  if (::geteuid() == 0) GTEST_SKIP() << "root may read every file";
  const auto file = folder.write("train.csv", "a,class\n1,x\n2,y\n");
  std::filesystem::permissions(file, std::filesystem::perms::none);
  expect_refused("train.csv", "Permission denied", [&] { read_tables({.train = file}, {}); });
}

}  // namespace
}  // namespace sslhost::table
