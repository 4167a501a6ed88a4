// SPDX-License-Identifier: Apache-2.0
// Tables for training: which columns mean what, and what becomes of them.
#include <numeric>

#include "tests/datasets/table/table_files.hpp"

namespace sslhost::table {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Row = std::vector<float>;

class Table : public TableFolder {};

TEST_F(Table, NumbersAndLabelsAreReadInEveryDress) {
  const std::string plain = "a,b,kind\n1,2.5,x\n-3,4,y\n";
  for (const auto& text : {plain, std::string("\xEF\xBB\xBF") + plain,
                           std::string("a\tb\tkind\r\n1\t2.5\tx\r\n-3\t4\ty"),
                           std::string("a;b;kind\n1;2,5;x\n-3;4,0;y\n"),
                           std::string("\"a\",b,\"kind\"\n\"1\",2.5,x\n-3,4,\"y\""),
                           std::string("1,2.5,x\n\n-3,4,y\n\n")}) {
    const auto content = read(text);
    EXPECT_THAT(content.shape, ElementsAre(2, 1, 1));
    EXPECT_THAT(content.classes, ElementsAre("x", "y"));
    EXPECT_THAT(train_of(content), ElementsAre(Row{1, 2.5}, Row{-3, 4})) << text;
    EXPECT_THAT(content.train.labels, ElementsAre(0, 1));
    EXPECT_THAT(content.train.names, IsEmpty());
    EXPECT_EQ(content.test.rows + content.unlabeled.rows, 0);
    EXPECT_THAT(content.warnings, IsEmpty());
  }
}

TEST_F(Table, LabelsAreThoseOfTheColumnThatIsCalledSoOrOfTheLast) {
  const auto said = [&](const std::string& text, const TableOptions& options = {}) {
    return read(text, options).notes.front();
  };
  EXPECT_THAT(said("a,Label,b\n1,x,2\n3,y,4\n"),
              HasSubstr("column 'Label' (by its name), 2 classes"));
  EXPECT_THAT(said("target,class,b\n1,x,2\n3,y,4\n"), HasSubstr("column 'class'"));
  EXPECT_THAT(said("x,y,group\n1.5,2.5,a\n3,4,b\n"), HasSubstr("column 'group' (the last one)"));
  EXPECT_THAT(said("x,y,z\n1.5,2,.1\n3,4,.2\n"), HasSubstr("column 'y' (by its name)"));
  EXPECT_THAT(said("a,b,\n1,x,\n2,y,\n"), HasSubstr("column 'b' (the last one)"))
      << "a separator behind the last column";
  EXPECT_THAT(said("kind,b\nx,2\ny,3\n", {.label_column = "kind"}), HasSubstr("column 'kind', 2"));
  EXPECT_THAT(said("a,b,Name\n1,2,x\n3,4,y\n", {.label_column = "Name"}),
              HasSubstr("column 'Name', 2"))
      << "which a table without flags has for names";
  EXPECT_THAT(said("x,1.5\ny,3\n", {.label_column = "1"}), HasSubstr("column 'column 1', 2"));
}

TEST_F(Table, WholeNumbersAreClassesInTheirOrder) {
  EXPECT_THAT(read("a,class\n1,10\n2,9\n3,-1\n").classes, ElementsAre("-1", "9", "10"));
  EXPECT_THAT(read("a,class\n1,1.0\n2,0.0\n3,\n").classes, ElementsAre("0", "1"))
      << "as programs write whole numbers where some are missing";
}

TEST_F(Table, RowsWithoutALabelAreUnlabeled) {
  const auto content = read("a,class\n1,x\n2,\n3,y\n4,NaN\n5,?\n");
  EXPECT_THAT(train_of(content), ElementsAre(Row{1}, Row{3}));
  EXPECT_THAT(values_of(content.unlabeled, 1), ElementsAre(Row{2}, Row{4}, Row{5}));
  EXPECT_THAT(content.notes.front(), HasSubstr("2 labeled rows, 3 without"));
}

TEST_F(Table, CategoriesBecomeAFeatureEachInTheOrderOfTheirWords) {
  const auto content = read("color,a,class\nred,1,x\nblue,2,y\n,3,x\nred,4,y\n");
  EXPECT_THAT(content.shape, ElementsAre(4, 1, 1)) << "blue, red, missing; a";
  EXPECT_THAT(train_of(content),
              ElementsAre(Row{0, 1, 0, 1}, Row{1, 0, 0, 2}, Row{0, 0, 1, 3}, Row{0, 1, 0, 4}));
  EXPECT_THAT(content.notes.front(), HasSubstr("4 features of 2 columns, 1 with categories"));
}

TEST_F(Table, NumbersStandForCategoriesWhereThatIsSaid) {
  const auto content = read("zip,a,class\n30,1,x\n4,2,y\n", {.category_columns = "zip"});
  EXPECT_THAT(train_of(content), ElementsAre(Row{0, 1, 1}, Row{1, 0, 2}));
}

TEST_F(Table, MissingNumbersAreTheMeanOfTheColumn) {
  const auto content = read("a,b,class\n1,NA,x\n,5,y\n3,null,x\n8,NaN,\n");
  EXPECT_THAT(train_of(content), ElementsAre(Row{1, 5}, Row{4, 5}, Row{3, 5}));
  EXPECT_THAT(values_of(content.unlabeled, 2), ElementsAre(Row{8, 5}));
  EXPECT_THAT(content.notes, Contains(HasSubstr("4 values are missing, in 'a', 'b'")));
}

TEST_F(Table, ColumnsWithoutAnyValueAreLeftOut) {
  const auto content = read("a,empty,b,class\n1,,2,x\n3,NA,4,y\n");
  EXPECT_THAT(train_of(content), ElementsAre(Row{1, 2}, Row{3, 4}));
  EXPECT_THAT(content.notes, Contains(HasSubstr("no row has a value: 'empty'")));
}

TEST_F(Table, ColumnsAreIgnoredByNameOrNumber) {
  const auto content =
      read("a,note,b,class\n1,\"one, two\",2,x\n3,?,4,y\n", {.ignore_columns = "note, 3"});
  EXPECT_THAT(train_of(content), ElementsAre(Row{1}, Row{3}));
}

TEST_F(Table, NamesComeFromAnIdColumnOrFromADataFramesIndex) {
  EXPECT_THAT(read("a,ID,class\n1,p7,x\n2,p 8,y\n").train.names, ElementsAre("p7", "p 8"));
  EXPECT_THAT(read(",a,class\n0,1,x\n17,2,y\n").train.names, ElementsAre("0", "17"));
  EXPECT_THAT(read("a,who,class\n1,p7,x\n2,p8,y\n", {.id_column = "who"}).train.names,
              ElementsAre("p7", "p8"));
  EXPECT_THAT(read("id,a,class\ncaf\xC3\xA9,1,x\n%,2,y\n").train.names,
              ElementsAre("caf\xC3\xA9", "%"));
}

TEST_F(Table, NamesThatComeTwiceServeNotWhereNobodyAskedForThem) {
  const auto content = read("name,a,class\nann,1,x\nbob,2,y\nann,3,x\n");
  EXPECT_THAT(content.train.names, IsEmpty());
  EXPECT_THAT(train_of(content), ElementsAre(Row{1}, Row{2}, Row{3}));
  EXPECT_THAT(content.warnings, ElementsAre(HasSubstr("'ann' in lines 2 and 4")));
}

TEST_F(Table, TestAndUnlabeledTablesAreReadAsTheFirst) {
  const auto files = [&](const std::string& unlabeled) {
    return TableFiles{
        .train = folder.write("train.csv", "a,color,class\n1,red,x\n,blue,y\n5,red,\n"),
        .test = folder.write("test.csv", "class;color;a\ny;blue;1,5\nx;green;\n"),
        .unlabeled = folder.write("unlabeled.csv", unlabeled)};
  };
  const auto content = read_tables(files("color,a\nblue,9\n"), {});
  EXPECT_THAT(values_of(content.test, 3), ElementsAre(Row{1.5, 1, 0}, Row{3, 0, 0}));
  EXPECT_THAT(content.test.labels, ElementsAre(1, 0));
  EXPECT_THAT(values_of(content.unlabeled, 3), ElementsAre(Row{5, 0, 1}, Row{9, 1, 0}));
  EXPECT_THAT(content.warnings,
              ElementsAre(HasSubstr("1 category that the training table has not")));
  const auto labeled = read_tables(files("a,color,class\n9,blue,z\n"), {});
  EXPECT_EQ(labeled.unlabeled.rows, 2) << "labels of an unlabeled table are not looked at";
  EXPECT_THAT(labeled.unlabeled.labels, IsEmpty());
}

TEST_F(Table, UnlabeledRowsOfTwoTablesKeepNamesThatAreTheirOwn) {
  const auto names = [&](const std::string& id) {
    return read_tables({.train = folder.write("train.csv", "id,a,class\np,1,x\nq,2,y\nr,3,\n"),
                        .unlabeled = folder.write("more.csv", "id,a\n" + id + ",1\n")},
                       {})
        .unlabeled.names;
  };
  EXPECT_THAT(names("s"), ElementsAre("r", "s"));
  EXPECT_THAT(names("r"), IsEmpty());
}

TEST_F(Table, ATestTableMayHaveNoLabels) {
  const auto content = read_both("a,class\n1,x\n2,y\n", "a\n3\n");
  EXPECT_EQ(content.test.rows, 1);
  EXPECT_THAT(content.test.labels, IsEmpty());
}

TEST_F(Table, HeaderIsWhatTheUserSays) {
  const std::string text = "1,2,x\n3,4,y\n5,6,x\n7,8,y\n";
  EXPECT_EQ(read(text).train.rows, 4);
  EXPECT_EQ(read(text, {.header = Header::yes}).train.rows, 3);
  EXPECT_EQ(read("a,x\nb,y\nc,x\n", {.header = Header::no}).train.rows, 3);
}

TEST_F(Table, RowsBeyondThePrefixAreLikeTheFirst) {
  std::string text = "id,a,color,class\n";
  for (int i = 0; i < 10'000; ++i)
    text += std::to_string(i) + "," + std::to_string(i * .5) + "," + (i % 3 ? "red" : "blue") +
            "," + (i % 2 ? "x" : "y") + "\n";
  int64_t reported = 0, all = 0;
  const auto content = read_tables({.train = folder.write("train.csv", text)}, {},
                                   [&](int64_t done, int64_t of) { reported = done, all = of; });
  ASSERT_EQ(content.train.rows, 10'000);
  EXPECT_EQ(train_of(content)[9'999], (Row{4999.5, 1, 0}));
  EXPECT_EQ(content.train.names[9'999], "9999");
  EXPECT_EQ(reported, 8'192);
  EXPECT_NEAR(static_cast<double>(all), 10'000, 500);
}

}  // namespace
}  // namespace sslhost::table
