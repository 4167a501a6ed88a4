// SPDX-License-Identifier: Apache-2.0
#include "datasets/delimited/text.hpp"

#include <string>

#include <gmock/gmock.h>

namespace sslhost::delimited {
namespace {

TEST(Text, Utf8IsToldFromOtherBytes) {
  for (const char* good : {"", "cat", "\xC3\xA9", "\xE2\x82\xAC", "\xED\x9F\xBF",
                           "\xF0\x9F\x90\x88", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(is_utf8(good)) << good;
  // A lone byte, one cut off, overlong, a surrogate, above the last, Latin-1 within text.
  for (const char* bad :
       {"\x80", "\xC3", "\xE2\x82", "\xC0\xAF", "\xE0\x80\xAF", "\xF0\x80\x80\xAF", "\xED\xA0\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "caf\xE9!"})
    EXPECT_FALSE(is_utf8(bad)) << in_quotes(bad);
}

TEST(Text, BytesThatAreNotUtf8AreEncodedAndSoIsThePercentBesideThem) {
  EXPECT_EQ(percent_encoded("caf\xE9 \xC3\xA9.jpg"), "caf%E9 \xC3\xA9.jpg");
  EXPECT_EQ(percent_encoded("%\xFF"), "%25%FF");
  EXPECT_NE(percent_encoded("%FF\xFF"), percent_encoded("\xFF\xFF"));
}

TEST(Text, NamesStandInMessagesOnOneLineAndShort) {
  EXPECT_EQ(in_quotes("a b"), "'a b'");
  EXPECT_EQ(in_quotes("a\nb\x7F\xFF"), "'a%0Ab%7F%FF'");
  const std::string most(80, 'x'), less(79, 'x');
  EXPECT_EQ(in_quotes(most), "'" + most + "'");
  EXPECT_EQ(in_quotes(std::string(1 << 20, 'x')), "'" + most + "...'");
  // A character is not cut in two.
  EXPECT_EQ(in_quotes(less + "\xC3\xA9"), "'" + less + "...'");
}

TEST(Text, NumbersAreGroupedAndAgreeWithTheirWord) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(counted(1, "class", "classes"), "1 class");
  EXPECT_EQ(counted(1001, "class", "classes"), "1,001 classes");
}

TEST(Text, BlanksAtTheEndsAndCapitalLettersCanBeTakenAway) {
  EXPECT_EQ(trimmed(" \ta b\t "), "a b");
  EXPECT_EQ(trimmed(" \t"), "");
  EXPECT_EQ(lower("AZ[\xC3\x89"), "az[\xC3\x89");
}

}  // namespace
}  // namespace sslhost::delimited
