// SPDX-License-Identifier: Apache-2.0
#include "datasets/delimited/other_content.hpp"

#include <gmock/gmock.h>

namespace sslhost::delimited {
namespace {

using ::testing::HasSubstr;

TEST(OtherContent, WhatIsFetchedByMistakeIsNamed) {
  for (const char* page : {"<!DOCTYPE html>", "<html>\n", "\r\n  <HTML lang='en'>", "<!do"})
    EXPECT_THAT(other_content(page), HasSubstr("a web page")) << page;
  EXPECT_THAT(other_content("version https://git-lfs.github.com/spec/v1\noid"),
              HasSubstr("a Git LFS pointer"));
  EXPECT_THAT(other_content("vers"), HasSubstr("a Git LFS pointer"));
  EXPECT_THAT(other_content("PK\x03\x04rest"), HasSubstr("a ZIP archive"));
}

TEST(OtherContent, TablesAndShortTextsAreNoneOfThem) {
  for (const char* text : {"", "<", "v", "ver", "version,a,b\n1,2,3", "<5,3", "PK,a", "versions"})
    EXPECT_EQ(other_content(text), "") << text;
}

}  // namespace
}  // namespace sslhost::delimited
