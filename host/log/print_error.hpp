// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one look of an error, for both programs: where, expected, found, next.

#include <string>
#include <string_view>

#include "sslhost/error.hpp"

namespace sslhost::host {

/// The block that print_error() writes; parts of several lines are indented under their label.
std::string format_error(const Error::Parts& parts, bool colour);

/// To stderr; "error:" is red on a terminal, unless NO_COLOR is set. Returns the exit code of the
/// program.
int print_error(const Error& error);
/// For what is not an Error: our mistake. Returns 70.
int print_bug(std::string_view what);

/// Whether a stream (1: stdout, 2: stderr) takes colours: a terminal, and NO_COLOR empty or not set
/// (no-color.org).
bool takes_colour(int descriptor);

}  // namespace sslhost::host
