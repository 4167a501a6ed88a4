// SPDX-License-Identifier: Apache-2.0
#include "host/log/printable.hpp"

#include <gtest/gtest.h>

#include "host/log/log.hpp"
#include "host/log/print_error.hpp"

namespace sslhost::host {
namespace {

TEST(Printable, WhatMovesATerminalsCursorIsShownAsAQuestionMark) {
  EXPECT_EQ(printable("a\x1b[2Jb\nc\x7f"), "a?[2Jb?c?");
  EXPECT_EQ(printable("caf\xc3\xa9 \xc2\x9b"
                      "x"),
            "caf\xc3\xa9 ?x");
  EXPECT_EQ(printable_lines("a\tb\n\x1b[31mc"), "a\tb\n?[31mc");
}

TEST(Printable, ErrorsAndLogLinesAre) {
  EXPECT_EQ(
      format_error({.where = "\x1b]0;title\a.jpg", .expected = "", .found = "\x1b[2J"}, false),
      "error: ?]0;title?.jpg\n  found     ?[2J\n");
  testing::internal::CaptureStderr();
  log::warning("\x1b[2Jname");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "warning: ?[2Jname\n");
}

}  // namespace
}  // namespace sslhost::host
