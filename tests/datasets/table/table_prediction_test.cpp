// SPDX-License-Identifier: Apache-2.0
// Tables for a model that was trained on one.
#include "tests/datasets/table/table_files.hpp"

namespace sslhost::table {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Row = std::vector<float>;

class TableToPredict : public TableFolder {
 protected:
  Content trained = read("id,a,color,b,class\np,1,red,4,x\nq,3,blue,6,y\n");
};

TEST_F(TableToPredict, ColumnsAreThoseOfTrainingInAnyOrder) {
  const auto content = predict(trained, "b,color,a\n6,blue,3\n7,red,\n");
  EXPECT_EQ(content.train.rows, 0);
  EXPECT_THAT(values_of(content.test, 4), ElementsAre(Row{3, 1, 0, 6}, Row{2, 0, 1, 7}))
      << "the mean of training where a number is missing";
  EXPECT_THAT(content.test.labels, IsEmpty());
  EXPECT_THAT(content.test.names, IsEmpty());
  EXPECT_THAT(content.warnings, IsEmpty());
}

TEST_F(TableToPredict, OtherColumnsAreLeftOutWithANote) {
  const auto content = predict(trained, "b,weight,color,a,id\n6,heavy,blue,3,z\n");
  EXPECT_THAT(content.test.names, ElementsAre("z"));
  EXPECT_THAT(content.notes, ElementsAre(HasSubstr("training had no such column: 'weight'")));
  const auto again = read("a,weight,class\n1,2,x\n2,3,y\n", {.ignore_columns = "weight"});
  EXPECT_THAT(predict(again, "weight,a\n1,2\n").notes, IsEmpty()) << "training left it out, too";
}

TEST_F(TableToPredict, MissingColumnsAreNamed) {
  expect_refused("new.csv", "no 'a', 'b'", [&] { predict(trained, "color,class\nred,x\n"); });
  expect_refused("new.csv", "no 'a', 'color', 'b': the first line names no columns",
                 [&] { predict(trained, "1,2,3\n4,5,6\n"); });
}

TEST_F(TableToPredict, UnknownCategoriesAreZerosWithOneWarning) {
  const auto content = predict(trained, "a,b,color\n1,2,green\n1,2,\n1,2,red\n1,2,pink\n");
  EXPECT_THAT(values_of(content.test, 4),
              ElementsAre(Row{1, 0, 0, 2}, Row{1, 0, 0, 2}, Row{1, 0, 1, 2}, Row{1, 0, 0, 2}));
  EXPECT_THAT(content.warnings, ElementsAre(HasSubstr("3 categories")));
}

TEST_F(TableToPredict, InfinityAsANumberIsNoUnknownCategory) {
  expect_refused("new.csv, line 2, column 'a'", "'inf'",
                 [&] { predict(trained, "a,b,color\ninf,2,red\n"); });
}

TEST_F(TableToPredict, LabelsAreReadWhereTheyAre) {
  const auto labeled = predict(trained, "class,a,b,color\ny,1,2,red\ny,1,2,blue\n");
  EXPECT_THAT(labeled.classes, ElementsAre("y")) << "the host finds them among the model's";
  EXPECT_THAT(labeled.train.labels, ElementsAre(0, 0));
  const auto partly = predict(trained, "class,a,b,color\ny,1,2,red\n,1,2,blue\n");
  EXPECT_EQ(partly.train.rows, 1);
  EXPECT_EQ(partly.unlabeled.rows, 1);
}

TEST_F(TableToPredict, TheTrainingTableGivesWhatItGaveInTraining) {
  const std::string text = "a,c,class\n1,r,x\n,s,y\n3,,\n";
  const auto first = read(text), again = predict(first, text);
  EXPECT_EQ(train_of(again), train_of(first));
  EXPECT_EQ(again.train.labels, first.train.labels);
  EXPECT_EQ(values_of(again.unlabeled, 4), values_of(first.unlabeled, 4));
  EXPECT_EQ(again.knowledge, first.knowledge);
}

TEST_F(TableToPredict, WithoutAHeaderPlacesCount) {
  const auto content = read("x,1,2\ny,3,4\n", {.label_column = "1"});
  EXPECT_THAT(values_of(predict(content, "5,6\n7,8\n").test, 2), ElementsAre(Row{5, 6}, Row{7, 8}));
  EXPECT_THAT(values_of(predict(content, "y,5,6\n").train, 2), ElementsAre(Row{5, 6}));
  EXPECT_THAT(values_of(predict(content, "y,5,6,9\n").train, 2), ElementsAre(Row{5, 6}));
  expect_refused("new.csv", "1", [&] { predict(content, "5\n6\n"); });
}

TEST_F(TableToPredict, ATableOfWordsAloneNeedsNoHeaderToBeTold) {
  const auto content = read("color,form,class\nred,flat,x\nblue,flat,y\nred,round,y\n");
  EXPECT_EQ(predict(content, "form,color\nflat,red\n").test.rows, 1);
}

}  // namespace
}  // namespace sslhost::table
