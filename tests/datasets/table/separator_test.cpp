// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/separator.hpp"

#include <gmock/gmock.h>

namespace sslhost::table {
namespace {

TEST(Separator, IsTheOneThatAllLinesHaveEquallyOften) {
  EXPECT_EQ(separator_of("a,b\n1,2\n"), ',');
  EXPECT_EQ(separator_of("a\tb\r\n1,5\t2\r\n"), '\t');
  EXPECT_EQ(separator_of("length, in cm;b\n1,5;2\n"), ';');
  EXPECT_EQ(separator_of("a;b\n1,5;2,5\n3;4\n"), ';');
  EXPECT_EQ(separator_of("\"a;b\",c\n\"d;\ne\",f\n"), ',')
      << "what stands in quotes does not count";
  EXPECT_EQ(separator_of("\n\na;b\n1;2"), ';') << "blank lines do not count";
}

TEST(Separator, BetweenNumbersWithDecimalCommasIsTheSemicolon) {
  EXPECT_EQ(separator_of("1,5;2,5;3,5\n4,5;5,5;6,5\n"), ';');
  EXPECT_EQ(separator_of("1,x;y,a\n2,y;z,b\n"), ',');
}

TEST(Separator, OfRaggedLinesIsTheFirstLines) {
  EXPECT_EQ(separator_of("a;b;c\n1;2\n"), ';');
  EXPECT_EQ(separator_of("a,b,c\n1,2\n"), ',');
}

TEST(Separator, WhereThereIsNoneIsAComma) {
  for (const char* text : {"", "\n", "a", "a\nb\n"}) EXPECT_EQ(separator_of(text), ',');
}

TEST(Separator, OfALineThatIsCutOffCountsNotIn) { EXPECT_EQ(separator_of("a;b;c\n1;2;3\n4"), ';'); }

}  // namespace
}  // namespace sslhost::table
