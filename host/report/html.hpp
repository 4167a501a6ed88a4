// SPDX-License-Identifier: Apache-2.0
#pragma once

// Text and numbers as HTML and SVG want them.

#include <string>
#include <string_view>

namespace sslhost::host {

/// With & < > " and ' replaced, fit for an element's content and for a quoted attribute.
std::string escape(std::string_view text);

/// The same of what may be any bytes, such as names of files: control characters, and bytes of what
/// is no UTF-8, are written as \x1b.
std::string escape_name(std::string_view text);

/// At most `digits` significant digits, trailing zeros dropped: 0.125, 1200, 3e-07; "–" for NaN.
std::string number(double value, int digits = 4);

}  // namespace sslhost::host
