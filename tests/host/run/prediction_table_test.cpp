// SPDX-License-Identifier: Apache-2.0
#include "host/run/prediction_table.hpp"

#include <gtest/gtest.h>

namespace sslhost::host {
namespace {

const PredictionLine kLine = {
    .index = 12, .name = "a \"b\", c", .label = 1, .predicted = 0, .probability = 0.98764};

TEST(PredictionTable, HasColumnsForWhatThereIs) {
  const std::vector<std::string> classes = {"cat", "dog"};
  EXPECT_EQ(PredictionTable(classes, true, true).header(),
            "index,name,label,predicted,probability\n");
  EXPECT_EQ(PredictionTable(classes, true, true).line(kLine),
            "12,\"a \"\"b\"\", c\",dog,cat,0.9876\n");
  EXPECT_EQ(PredictionTable(classes, false, true).header(), "index,label,predicted,probability\n");
  EXPECT_EQ(PredictionTable(classes, false, true).line(kLine), "12,dog,cat,0.9876\n");
  EXPECT_EQ(PredictionTable(classes, false, false).header(), "index,predicted,probability\n");
  EXPECT_EQ(PredictionTable(classes, false, false).line(kLine), "12,cat,0.9876\n");
}

TEST(PredictionTable, QuotesClassesToo) {
  EXPECT_EQ(PredictionTable({"a,b", "c"}, false, true).line(kLine), "12,c,\"a,b\",0.9876\n");
}

}  // namespace
}  // namespace sslhost::host
