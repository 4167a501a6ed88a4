// SPDX-License-Identifier: Apache-2.0
#include "datasets/delimited/records.hpp"

#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "tests/support/failures.hpp"

namespace sslhost::delimited {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Texts = std::vector<std::string>;

std::vector<Texts> records_of(const std::string& text, char separator = 0) {
  std::istringstream in(text);
  RecordReader reader(in, "x.csv", {.separator = separator});
  std::vector<Texts> records;
  for (Cells cells; reader.next(cells);) records.emplace_back(cells.begin(), cells.end());
  return records;
}

void expect_refused(const std::string& text, const std::string& where, const std::string& found) {
  const auto error = failure_of([&] { records_of(text); });
  EXPECT_EQ(error.code(), ExitCode::data);
  EXPECT_EQ(error.parts().where, where);
  EXPECT_THAT(error.parts().found, HasSubstr(found));
  EXPECT_FALSE(error.parts().expected.empty());
  EXPECT_FALSE(error.parts().next.empty());
}

TEST(Records, EveryLineEndAndAByteOrderMarkAreTaken) {
  for (const std::string& end : Texts{"\n", "\r\n", "\r"})
    for (const std::string& begin : Texts{"", "\xEF\xBB\xBF"})
      for (const auto& last : {std::string(), end, end + end})
        EXPECT_THAT(records_of(begin + "a,b" + end + end + "c," + last),
                    ElementsAre(Texts{"a", "b"}, Texts{"c", ""}));
  EXPECT_THAT(records_of(""), IsEmpty());
  EXPECT_THAT(records_of("\xEF\xBB\xBF\r\n\n"), IsEmpty());
}

TEST(Records, QuotedCellsHoldSeparatorsLineEndsAndQuotes) {
  EXPECT_THAT(records_of("\"a,b\",\"say \"\"cat\"\"\"\r\n\"two\r\nlines\",\"\"\n"),
              ElementsAre(Texts{"a,b", "say \"cat\""}, Texts{"two\r\nlines", ""}));
  EXPECT_THAT(records_of("5\" disk,x"), ElementsAre(Texts{"5\" disk", "x"}));
}

TEST(Records, SeparatorIsTheFirstLinesOwn) {
  EXPECT_THAT(records_of("a\tb\nc,d\te"), ElementsAre(Texts{"a", "b"}, Texts{"c,d", "e"}));
  EXPECT_THAT(records_of("a;b\n1,5;c"), ElementsAre(Texts{"a", "b"}, Texts{"1,5", "c"}));
  EXPECT_THAT(records_of("a;b,c\td"), ElementsAre(Texts{"a;b", "c\td"}));
  EXPECT_THAT(records_of("a,b\tc", '\t'), ElementsAre(Texts{"a,b", "c"}));
}

TEST(Records, SeparatorMayBeNamedInALineOfItsOwn) {
  for (const std::string& end : Texts{"\n", "\r\n", "\r"})
    for (const std::string& begin : Texts{"", "\xEF\xBB\xBF"})
      EXPECT_THAT(records_of(begin + "sep=;" + end + "a,b;c" + end),
                  ElementsAre(Texts{"a,b", "c"}));
  EXPECT_THAT(records_of("SEP=,\na,b", '\t'), ElementsAre(Texts{"a", "b"}));
  EXPECT_THAT(records_of("sep=;"), IsEmpty());
  EXPECT_THAT(records_of("sep=a\nsep"), ElementsAre(Texts{"sep=a"}, Texts{"sep"})) << "a cell";
  std::istringstream in("sep=;\r\na;b");
  RecordReader reader(in, "x.csv");
  Cells cells;
  ASSERT_TRUE(reader.next(cells));
  EXPECT_EQ(reader.line(), 2);
}

TEST(Records, LinesAreCountedThroughQuotesAndBlankLines) {
  std::istringstream in("a\n\n\"b\nb\"\nc\rd");
  RecordReader reader(in, "x.csv");
  Cells cells;
  for (const int64_t line : {1, 3, 5, 6}) {
    ASSERT_TRUE(reader.next(cells));
    EXPECT_EQ(reader.line(), line) << cells.front();
  }
  EXPECT_EQ(reader.place(), "x.csv, line 6");
  EXPECT_FALSE(reader.next(cells));
}

TEST(Records, QuotesAloneAreARowWithAnEmptyCell) {
  std::istringstream in("a\n\"\"\n\nb\n\"\"");
  RecordReader reader(in, "x.csv");
  Cells cells;
  for (const auto* cell : {"a", "", "b", ""}) {
    ASSERT_TRUE(reader.next(cells));
    ASSERT_EQ(cells.size(), 1);
    EXPECT_EQ(cells.front(), cell);
  }
  EXPECT_FALSE(reader.next(cells));
}

TEST(Records, WhatIsNoTextIsRefusedWithItsLine) {
  expect_refused(std::string("a,b\nc,\0d", 8), "x.csv, line 2", "a byte of value 0");
  expect_refused("a,b\nc,caf\xE9\n", "x.csv, line 2", "other bytes in 'caf%E9'");
  expect_refused("a,b\nc,\"d\ne\n", "x.csv, line 2", "none up to the end");
  expect_refused("a,b\n\"c\"d,e\n", "x.csv, line 2", "other text behind 'c'");
}

TEST(Records, LongestRecordIsTakenAndNoLongerOne) {
  const auto most = static_cast<size_t>(RecordReader::kLongest);
  EXPECT_EQ(records_of(std::string(most, 'x')).front().front().size(), most);
  expect_refused("a\n" + std::string(most + 1, 'x'), "x.csv, line 2", "a longer one");
  expect_refused("a\nb,\"" + std::string(most, '\n'), "x.csv, line 2", "not closed within 1 MB");
  // Each record has its own megabyte.
  const std::string half(most / 2 + 1, 'x');
  EXPECT_EQ(records_of(half + "\n" + half + "\n" + half).size(), 3u);
}

TEST(Records, LongLineIsNotReadToItsEnd) {
  std::string text = "a,b\n";
  text.resize(10'000'000, 'x');
  std::istringstream in(text);
  RecordReader reader(in, "x.csv");
  Cells cells;
  ASSERT_TRUE(reader.next(cells));
  expect_failure(ExitCode::data, "x.csv, line 2", [&] { reader.next(cells); });
  EXPECT_LT(static_cast<int64_t>(in.tellg()), RecordReader::kLongest + 200'000);
}

}  // namespace
}  // namespace sslhost::delimited
