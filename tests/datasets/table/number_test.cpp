// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/number.hpp"

#include <gmock/gmock.h>

namespace sslhost::table {
namespace {

float value_of(std::string_view cell, bool comma = false) {
  const auto number = read_number(cell, comma);
  EXPECT_EQ(number.content, Content::number) << cell;
  return number.value;
}

TEST(Number, IsReadAsProgramsWriteIt) {
  EXPECT_EQ(value_of("1.5"), 1.5F);
  EXPECT_EQ(value_of(" -2e3\t"), -2000);
  EXPECT_EQ(value_of("+4"), 4);
  EXPECT_EQ(value_of(".5"), .5F);
  EXPECT_EQ(value_of("7."), 7);
  EXPECT_EQ(value_of("0.1"), 0.1F);
  EXPECT_EQ(value_of("1e-60"), 0) << "smaller than any float32";
  EXPECT_EQ(value_of("-1e-400"), 0) << "smaller than any double";
}

TEST(Number, MissingOnesHaveSeveralNames) {
  for (const char* cell : {"", " ", "NA", "n/a", "NaN", "nan", "-nan", "NULL", "?"})
    EXPECT_EQ(read_number(cell, false).content, Content::missing) << cell;
  for (const char* cell : {"", "NA", "NaN", "null", "?"}) EXPECT_TRUE(is_missing(cell)) << cell;
  for (const char* cell : {"0", "none", "-", "nano"}) EXPECT_FALSE(is_missing(cell)) << cell;
}

TEST(Number, InfiniteOnesAndThoseBeyondFloatAreTold) {
  for (const char* cell : {"inf", "-Infinity", "1e39", "-1e400", "1e99999"})
    EXPECT_EQ(read_number(cell, false).content, Content::infinite) << cell;
  EXPECT_EQ(value_of("3.4e38"), 3.4e38F);
}

TEST(Number, AllElseIsText) {
  for (const char* cell : {"a", "1.5x", "1,5", "0x10", "--1", "+-1", "+", "1 000", "1.2.3", "-"})
    EXPECT_EQ(read_number(cell, false).content, Content::text) << cell;
}

TEST(Number, DecimalCommasAreReadWhereTheyAreMeant) {
  EXPECT_EQ(value_of("1,5", true), 1.5F);
  EXPECT_EQ(value_of("1.5", true), 1.5F);
  for (const char* cell : {"1.000,5", "1,000,000"})
    EXPECT_EQ(read_number(cell, true).content, Content::text) << cell;
  EXPECT_TRUE(has_decimal_comma(" -0,25e3 "));
  for (const char* cell : {"1.5", "a,b", "1,000.5", ","}) EXPECT_FALSE(has_decimal_comma(cell));
}

TEST(Number, GroupsOfThousandsAreTold) {
  for (const char* cell :
       {"1,234", " -12,964.55 ", "1.234.567,8", "1'234", "1,234,567.", "+999.000"})
    EXPECT_TRUE(groups_thousands(cell)) << cell;
  for (const char* cell : {"", "-", "1", "1234", "1,23", "1234,567", "1,234,56", "12.03.2024",
                           "1,234x", "1,234.5.6", ",123", "a,123", "1 234", "192.168.1.1"})
    EXPECT_FALSE(groups_thousands(cell)) << cell;
}

TEST(Word, OfAWholeNumberIsTheSameWithAndWithoutAFraction) {
  EXPECT_EQ(word_of("1.0", false), "1");
  EXPECT_EQ(word_of(" -1.00 ", false), "-1");
  EXPECT_EQ(word_of("1,0", true), "1");
  EXPECT_EQ(word_of("1.0", true), "1");
  EXPECT_EQ(word_of("1,0", false), "1,0");
  EXPECT_EQ(word_of("0.0", false), "0");
  for (const char* word : {"1.5", "007.0", ".0", "a.0", "big cat", "1.0.0"})
    EXPECT_EQ(word_of(word, false), word);
  EXPECT_EQ(word_of("caf\xE9", false), "caf%E9");
}

}  // namespace
}  // namespace sslhost::table
