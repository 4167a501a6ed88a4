// SPDX-License-Identifier: Apache-2.0
#pragma once

// Names and numbers as messages show them, and names made valid UTF-8.

#include <cstdint>
#include <string>
#include <string_view>

namespace sslhost::delimited {

/// Well-formed UTF-8: no overlong forms, surrogates, or values above U+10FFFF.
bool is_utf8(std::string_view text);

/// A name with bytes that are not UTF-8, with these as "%FF". Its own '%' becomes "%25", so that
/// two such names stay two.
std::string percent_encoded(std::string_view name);

/// ASCII letters as small ones; all else stays.
std::string lower(std::string_view text);
/// Without blanks and tabs at both ends.
std::string_view trimmed(std::string_view text);

/// 'name', on one line and cut after 80 bytes.
std::string in_quotes(std::string_view name);
/// "4,000"
std::string grouped(int64_t number);
/// "1 image", "4,000 images"
std::string counted(int64_t number, std::string_view one, std::string_view many);

}  // namespace sslhost::delimited
