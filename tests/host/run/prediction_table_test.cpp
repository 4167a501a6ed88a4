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

constexpr auto kTsv = TableFormat::tsv, kJsonl = TableFormat::jsonl;

TEST(PredictionTable, OfFilesHasWhatWentWrong) {
  const PredictionTable table({"cat", "dog"}, {.files = true, .places = true});
  EXPECT_EQ(table.header(), "path,class,probability,error,to\n");
  EXPECT_EQ(table.line({.name = "a\nb", .predicted = 1, .probability = 1, .place = "x/a\nb"}),
            "\"a\nb\",dog,1.0000,,\"x/a\nb\"\n");
  EXPECT_EQ(table.line({.name = "a", .predicted = -1, .probability = 0.5}), "a,,0.5000,,\n");
  EXPECT_EQ(table.line({.name = "a", .error = "cut, perhaps"}), "a,,,\"cut, perhaps\",\n");
}

TEST(PredictionTable, TabsAreQuotedInTheirFormat) {
  const PredictionTable table({"c,a", "d\tog"},
                              {.format = kTsv, .files = true, .probabilities = true});
  EXPECT_EQ(table.header(),
            "path\tclass\tprobability\terror\tprobability_c,a\t\"probability_d\tog\"\n");
  EXPECT_EQ(
      table.line(
          {.name = "a\xff", .predicted = 1, .probability = 0.75, .probabilities = {0.25f, 0.75f}}),
      "a\xff\t\"d\tog\"\t0.7500\t\t0.2500\t0.7500\n");
  EXPECT_EQ(table.line({.name = "a", .error = "no"}), "a\t\t\tno\t\t\n");
}

TEST(PredictionTable, ObjectsHaveTheSameKeysAlways) {
  const PredictionTable files({"cat", "a\"b"},
                              {.format = kJsonl, .files = true, .probabilities = true});
  EXPECT_EQ(files.header(), "");
  EXPECT_EQ(
      files.line(
          {.name = "\xff", .predicted = 1, .probability = 0.75, .probabilities = {0.25f, 0.75f}}),
      "{\"path\":\"\xef\xbf\xbd\""
      R"(,"class":"a\"b","probability":0.7500,"error":null,)"
      R"("probabilities":{"cat":0.2500,"a\"b":0.7500}})"
      "\n");
  EXPECT_EQ(files.line({.name = "b", .error = "no"}),
            R"({"path":"b","class":null,"probability":null,"error":"no","probabilities":null})"
            "\n");
  const PredictionTable samples({"cat", "dog"}, {.format = kJsonl, .names = true, .labels = true});
  EXPECT_EQ(
      samples.line({.index = 3, .name = "n", .label = 1, .predicted = -1, .probability = 0.5}),
      R"({"index":3,"name":"n","label":"dog","predicted":null,"probability":0.5000})"
      "\n");
}

}  // namespace
}  // namespace sslhost::host
