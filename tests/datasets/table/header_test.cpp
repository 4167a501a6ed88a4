// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/header.hpp"

#include <gmock/gmock.h>

namespace sslhost::table {
namespace {

using Rows = std::vector<std::vector<std::string>>;

TEST(Header, IsARowOfWordsOverNumbers) {
  EXPECT_TRUE(is_header({{"a", "b", "kind"}, {"1", "2", "x"}, {"", "3", "y"}}, false));
  EXPECT_TRUE(is_header({{"a", "b"}, {"1,5", "x"}}, true));
  EXPECT_FALSE(is_header({{"1", "2", "x"}, {"1", "2", "y"}}, false));
  EXPECT_FALSE(is_header({{"1.5", "x"}, {"2.5", "y"}}, false));
}

TEST(Header, MayNumberTheColumns) {
  EXPECT_TRUE(is_header({{"0", "1", "label"}, {"0.5", "1.5", "x"}}, false));
  EXPECT_FALSE(is_header({{"0", "1", "2"}, {"0.5", "1.5", "1"}}, false)) << "nothing tells";
}

TEST(Header, OverWordsAloneDoesNotOccurBelow) {
  EXPECT_TRUE(is_header({{"color", "form"}, {"red", "round"}, {"red", "flat"}}, false));
  EXPECT_FALSE(is_header({{"red", "flat"}, {"red", "round"}, {"blue", "flat"}}, false));
  EXPECT_FALSE(is_header({{"red", "x"}, {"red", "y"}}, false));
}

TEST(Header, OfAFileThatHasNothingElse) {
  EXPECT_TRUE(is_header(Rows{{"a", "b", "label"}}, false));
  EXPECT_FALSE(is_header(Rows{{"1", "2", "3"}}, false));
}

TEST(Header, UnnamedIndexOfADataFrameIsPartOfIt) {
  EXPECT_TRUE(is_header({{"", "a", "kind"}, {"0", "1.5", "x"}}, false));
}

}  // namespace
}  // namespace sslhost::table
