// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/error_words.hpp"

#include <gmock/gmock.h>

#include "host/log/print_error.hpp"

namespace sslhost::host {
namespace {

TEST(ErrorWords, AreThePartsOfTheLastErrorThatWasPrinted) {
  const Error::Parts first = {"a file", "this", "that", "mend it"};
  const Error::Parts last = {"2 options", "", "one\nand another", "see --help"};
  const auto parts =
      error_words("warning: odd\n" + format_error(first, false) + format_error(last, false), "vat");
  EXPECT_EQ(parts.where, "vat: 2 options");
  EXPECT_EQ(parts.expected, "");
  EXPECT_EQ(parts.found, "one\nand another");
  EXPECT_EQ(parts.next, "see --help");
}

TEST(ErrorWords, WithoutAnErrorAreTheLastWords) {
  EXPECT_EQ(error_words("one\nterminate called\n\n", "vat").found, "terminate called");
  EXPECT_EQ(error_words("no error: here", "vat").found, "no error: here");
  EXPECT_EQ(error_words("", "vat").found, "an end without a word");
  EXPECT_EQ(error_words("error: ", "vat").where, "vat: ");
}

}  // namespace
}  // namespace sslhost::host
