// SPDX-License-Identifier: Apache-2.0
#include "host/log/print_error.hpp"

#include <gtest/gtest.h>

namespace sslhost::host {
namespace {

TEST(PrintError, HasOneLineForEachPartThatThereIs) {
  EXPECT_EQ(format_error({.where = "x.toml, line 3",
                          .expected = "a number",
                          .found = "'many'",
                          .next = "sslhost --help"},
                         false),
            "error: x.toml, line 3\n"
            "  expected  a number\n"
            "  found     'many'\n"
            "  next      sslhost --help\n");
  EXPECT_EQ(format_error({.where = "here", .expected = "", .found = "trouble"}, false),
            "error: here\n  found     trouble\n");
}

TEST(PrintError, IndentsFurtherLines) {
  EXPECT_EQ(format_error({.where = "here", .expected = "one of\na\nb", .found = ""}, false),
            "error: here\n  expected  one of\n            a\n            b\n");
}

TEST(PrintError, ColoursTheWordOnly) {
  EXPECT_EQ(format_error({.where = "here", .expected = "", .found = ""}, true),
            "\033[1;31merror:\033[0m here\n");
}

TEST(PrintError, GivesTheExitCode) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(print_error(Error(ExitCode::data, {"f", "", "x"})), 3);
  EXPECT_EQ(print_bug("oops"), 70);
  testing::internal::GetCapturedStderr();
}

}  // namespace
}  // namespace sslhost::host
