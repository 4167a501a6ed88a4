// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/arrays.hpp"

#include <cmath>

#include "tests/datasets/table/npy_bytes.hpp"
#include "tests/datasets/table/table_files.hpp"

namespace sslhost::table {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Row = std::vector<float>;

class Arrays : public TableFolder {
 protected:
  std::filesystem::path floats(const std::string& name, const std::vector<float>& values) const {
    return folder.write(
        name, npy_file(dictionary("<f4", "(" + std::to_string(values.size() / 2) + ", 2)"),
                       bytes_of(values)));
  }
  std::filesystem::path labels(const std::string& name, const std::vector<int64_t>& values) const {
    return folder.write(
        name,
        npy_file(dictionary("<i8", "(" + std::to_string(values.size()) + ",)"), bytes_of(values)));
  }
  std::filesystem::path x = floats("X_train.npy", {1, 2, 3, 4, 5, 6});
};

TEST_F(Arrays, LabelsStandBesideThem) {
  const auto content = read_arrays({.train = x, .train_labels = labels("y.npy", {7, 10, 7})});
  EXPECT_THAT(content.shape, ElementsAre(2, 1, 1));
  EXPECT_THAT(content.classes, ElementsAre("7", "10"));
  EXPECT_THAT(content.train.labels, ElementsAre(0, 1, 0));
  EXPECT_THAT(train_of(content), ElementsAre(Row{1, 2}, Row{3, 4}, Row{5, 6}));
  EXPECT_EQ(content.knowledge, "");
}

TEST_F(Arrays, NegativeLabelsAreNone) {
  const auto content = read_arrays({.train = x,
                                    .train_labels = labels("y.npy", {1, -1, 0}),
                                    .unlabeled = floats("u.npy", {9, 9})});
  EXPECT_THAT(train_of(content), ElementsAre(Row{1, 2}, Row{5, 6}));
  EXPECT_THAT(values_of(content.unlabeled, 2), ElementsAre(Row{3, 4}, Row{9, 9}));
}

TEST_F(Arrays, LabelsOfATableGoByRowsOrByIds) {
  const auto labels_of = [&](const std::string& text) {
    const auto content =
        read_arrays({.train = x, .train_labels = folder.write("labels.csv", text)});
    auto labels = content.train.labels;
    labels.resize(3, -1);
    return labels;
  };
  EXPECT_THAT(labels_of("label\ncat\ndog\ncat\n"), ElementsAre(0, 1, 0));
  EXPECT_THAT(labels_of("cat\ndog\ncat\n"), ElementsAre(0, 1, 0));
  EXPECT_THAT(labels_of("id,label\n2,cat\n0,dog\n"), ElementsAre(1, 0, -1));
  EXPECT_THAT(labels_of(",label\n2,cat\n0,dog\n"), ElementsAre(1, 0, -1));
  EXPECT_THAT(labels_of("2,cat\n0,dog\n"), ElementsAre(1, 0, -1));
  EXPECT_THAT(labels_of("name,class\na,cat\nb,NA\nc,dog\n"), ElementsAre(0, 1, -1));
  const auto named = read_arrays(
      {.train = x, .train_labels = folder.write("l.csv", "name,class\na,cat\nb,NA\nc,dog\n")});
  EXPECT_THAT(named.train.names, ElementsAre("a", "c"));
  EXPECT_THAT(named.unlabeled.names, ElementsAre("b"));
}

TEST_F(Arrays, LabelsThatDoNotFitAreRefused) {
  const auto refused_table = [&](const std::string& text, const std::string& place,
                                 const std::string& found) {
    expect_refused("labels.csv" + place, found, [&] {
      read_arrays({.train = x, .train_labels = folder.write("labels.csv", text)});
    });
  };
  refused_table("label\ncat\ndog\n", "", "2");
  refused_table("label\ncat\ndog\ncat\ncat\n", "", "4");
  refused_table("id,label\n3,cat\n0,dog\n", ", line 2, column 'id'", "'3'");
  refused_table("id,label\n1,cat\n1,dog\n", ", line 3, column 'id'", "'1'");
  refused_table("id,label\nx,cat\n1,dog\n", ", line 2, column 'id'", "'x'");
  refused_table("name,label\na,cat\na,dog\nb,cat\n", ", line 3, column 'name'", "'a'");
  refused_table("label\ncat\ncat\ncat\n", "", "one class, 'cat'");
  expect_refused("y.npy", "2",
                 [&] { read_arrays({.train = x, .train_labels = labels("y.npy", {0, 1})}); });
  expect_refused("X_train.npy", "no label", [&] { read_arrays({.train = x}); });
  expect_refused("t.npy, row 1", "'2'", [&] {
    read_arrays({.train = x,
                 .train_labels = labels("y.npy", {0, 1, 0}),
                 .test = floats("X_test.npy", {1, 2}),
                 .test_labels = labels("t.npy", {2})});
  });
  expect_refused("t.npy", "1 label for 2 rows", [&] {
    read_arrays({.train = x,
                 .train_labels = labels("y.npy", {0, 1, 0}),
                 .test = floats("X_test.npy", {1, 2, 3, 4}),
                 .test_labels = labels("t.npy", {0, -1})});
  });
}

TEST_F(Arrays, OfOtherFeaturesAreRefused) {
  const auto other = folder.write("X_test.npy", npy_file(dictionary("|u1", "(2, 3)"), "123456"));
  expect_refused("X_test.npy", "3 x 1 x 1", [&] {
    read_arrays({.train = x, .train_labels = labels("y.npy", {0, 1, 0}), .test = other});
  });
}

TEST_F(Arrays, NanIsTheMeanAndInfinityIsRefused) {
  const auto y = labels("y.npy", {0, 1, 0});
  const auto with = floats("with.npy", {1, 2, NAN, 4, 5, NAN});
  const auto content = read_arrays({.train = with, .train_labels = y});
  EXPECT_THAT(train_of(content), ElementsAre(Row{1, 2}, Row{3, 4}, Row{5, 3}));
  EXPECT_THAT(content.notes, Contains(HasSubstr("2 values are NaN")));
  const auto other = floats("new.npy", {NAN, 7});
  EXPECT_THAT(values_of(read_arrays_by(content.knowledge, {.train = other}).test, 2),
              ElementsAre(Row{3, 7}));
  expect_refused("new.npy", "1 NaN", [&] { read_arrays_by("", {.train = other}); });
  expect_refused("bad.npy, row 2, column 1", "", [&] {
    read_arrays({.train = floats("bad.npy", {1, 2, -INFINITY, 4, 5, 6}), .train_labels = y});
  });
}

TEST_F(Arrays, ToPredictNeedNoLabels) {
  const auto content = read_arrays_by("", {.train = x});
  EXPECT_EQ(content.test.rows, 3);
  EXPECT_THAT(content.classes, IsEmpty());
  const auto labeled =
      read_arrays_by("", {.train = x, .train_labels = labels("y.npy", {1, 1, -1})});
  EXPECT_THAT(labeled.classes, ElementsAre("1"));
  EXPECT_EQ(labeled.train.rows, 2);
  EXPECT_EQ(labeled.unlabeled.rows, 1);
}

}  // namespace
}  // namespace sslhost::table
