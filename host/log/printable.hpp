// SPDX-License-Identifier: Apache-2.0
#pragma once

// Names of files and classes may hold anything, also what a terminal obeys.

#include <string>
#include <string_view>

namespace sslhost::host {

/// With '?' for what would move a terminal's cursor or tell it to do something else.
std::string printable(std::string_view text);

/// The same for texts of several lines: their ends and tabs stay.
std::string printable_lines(std::string_view text);

}  // namespace sslhost::host
