// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/predictions.hpp"

#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::TemporaryFolder;
using ::testing::ElementsAre;

class Order : public ::testing::Test {
 protected:
  Order() {
    for (const auto* name : {"p/1.jpg", "p/2.jpg", "p/10.jpg", "p/x y.jpg"})
      folder_.write(name, "not opened");
    pictures_ = read_pictures(folder_ / "p");
  }
  std::vector<size_t> order(const std::string& text) const {
    return read_order(folder_.write("order", text), pictures_);
  }
  Predictions predictions(const std::string& text) const {
    return read_predictions(folder_.write("predictions.csv", text), pictures_);
  }

  const TemporaryFolder folder_;
  Pictures pictures_;
};

TEST_F(Order, NamesAndNumbersThenTheOthers) {
  EXPECT_THAT(order("10.jpg\r\n\nx y.jpg\n0"), ElementsAre(2, 3, 0, 1));
  EXPECT_THAT(order((folder_ / "p/2.jpg").string() + "\n"), ElementsAre(1, 0, 2, 3));
  EXPECT_THAT(order(""), ElementsAre(0, 1, 2, 3));
}

TEST_F(Order, ANameWithALineEndIsAStringOfJson) {
  for (const auto* name : {"p/new\nline.jpg", "p/\"q\".jpg"}) folder_.write(name, "not opened");
  pictures_ = read_pictures(folder_ / "p");
  const auto list = order("\"new\\nline.jpg\"\n\"q\".jpg\n");
  EXPECT_EQ(pictures_.all.at(list.at(0)).name, "new\nline.jpg");
  EXPECT_EQ(pictures_.all.at(list.at(1)).name, "\"q\".jpg");
  for (const auto* bad : {"\"\n", "\"z.jpg\"\n"})
    expect_failure(ExitCode::data, "line 1", [&] { order(bad); });
}

TEST_F(Order, WhatIsNoPictureIsNamedWithItsLine) {
  for (const auto* bad : {"1.jpg\n4\n", "1.jpg\n-1\n", "1.jpg\nz.jpg\n", "1.jpg\n../order\n"})
    expect_failure(ExitCode::data, "line 2", [&] { order(bad); });
  expect_failure(ExitCode::data, "each picture once", [&] { order("1.jpg\n0\n"); });
  expect_failure(ExitCode::data, "--order", [&] { read_order(folder_ / "none", pictures_); });
}

TEST_F(Order, PredictionsBringTheUnsureFirst) {
  const auto p = (folder_ / "p").string();
  const auto told = predictions("path,class,probability,error\n" + p + "/1.jpg,cat,0.9,\n" + p +
                                "/2.jpg,dog,0.4,\n/elsewhere/3.jpg,dog,0.1,\nx y.jpg,,,no image\n");
  EXPECT_EQ(told[0].label, "cat");
  EXPECT_DOUBLE_EQ(told[1].probability, 0.4);
  EXPECT_EQ(told[3].label, "");
  EXPECT_THAT(usual_order(pictures_, told), ElementsAre(1, 0, 2, 3));
  EXPECT_THAT(usual_order(pictures_, {}), ElementsAre(0, 1, 2, 3));
}

TEST_F(Order, TableThatIsNoneIsAnError) {
  expect_failure(ExitCode::data, "no column probability",
                 [&] { predictions("path,class\n1.jpg,a\n"); });
  expect_failure(ExitCode::data, "empty", [&] { predictions(""); });
  expect_failure(ExitCode::data, "none of them", [&] {
    predictions("path,class,probability\n9.jpg,cat,0.5\n1.jpg,cat,2\n1.jpg,cat,nan\n");
  });
  expect_failure(ExitCode::data, "line 2", [&] { predictions("path,class,probability\n1.jpg\n"); });
}

}  // namespace
}  // namespace sslhost::host
