// SPDX-License-Identifier: Apache-2.0
#include "host/survey/words.hpp"

#include <gtest/gtest.h>

namespace sslhost::host {
namespace {

TEST(Words, NumbersAreGroupedByThree) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(-123456), "-123,456");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(counted(1, "file", "files"), "1 file");
  EXPECT_EQ(counted(2000, "file", "files"), "2,000 files");
}

TEST(Words, BytesHaveTheUnitThatFits) {
  EXPECT_EQ(bytes_text(999), "999 bytes");
  EXPECT_EQ(bytes_text(1000), "1.0 kB");
  EXPECT_EQ(bytes_text(9949), "9.9 kB");
  EXPECT_EQ(bytes_text(9960), "10 kB");
  EXPECT_EQ(bytes_text(999'499), "999 kB");
  EXPECT_EQ(bytes_text(999'500), "1.0 MB");
  EXPECT_EQ(bytes_text(1'228'800'000), "1.2 GB");
}

TEST(Words, TextIsCutBetweenCharacters) {
  EXPECT_EQ(width_of("caf\xc3\xa9"), 4U);
  EXPECT_EQ(cut_to("caf\xc3\xa9", 4), "caf\xc3\xa9");
  EXPECT_EQ(cut_to("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 5), "\xc3\xa9\xc3\xa9...");
}

}  // namespace
}  // namespace sslhost::host
