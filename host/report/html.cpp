// SPDX-License-Identifier: Apache-2.0
#include "host/report/html.hpp"

#include <cmath>

#include <fmt/core.h>

#include "host/storage/utf8.hpp"

namespace sslhost::host {

std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string escape_name(std::string_view text) {
  const bool whole = is_utf8(std::string(text));
  std::string shown;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !whole)) {
      shown += fmt::format("\\x{:02x}", byte);
    } else {
      shown += c;
    }
  }
  return escape(shown);
}

std::string number(double value, int digits) {
  if (std::isnan(value)) return "–";
  // 'g' would write 12000 as 1.2e+04: whole numbers that fit on a tick are written out.
  if (value == std::floor(value) && std::abs(value) < 1e7)
    return fmt::format("{:.0f}", value + 0.0);
  return fmt::format("{:.{}g}", value, digits);
}

}  // namespace sslhost::host
