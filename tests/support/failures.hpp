// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is thrown, as a value.

#include <string>
#include <type_traits>

#include <gmock/gmock.h>

#include "sslhost/error.hpp"

namespace sslhost {

/// The Error that f() throws. Where it throws none, the test fails.
template <class F>
Error failure_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error(ExitCode::done, {});
}

/// Its text, where it has that code.
template <class F>
std::string failure_text(ExitCode code, F&& f) {
  const auto error = failure_of(f);
  EXPECT_EQ(error.code(), code) << error.what();
  return error.what();
}

/// `text` is a part of its text, or a matcher for it.
template <class Text, class F>
void expect_failure(ExitCode code, const Text& text, F&& f) {
  if constexpr (std::is_convertible_v<Text, std::string>) {
    EXPECT_THAT(failure_text(code, f), ::testing::HasSubstr(text));
  } else {
    EXPECT_THAT(failure_text(code, f), text);
  }
}

}  // namespace sslhost
