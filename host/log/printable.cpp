// SPDX-License-Identifier: Apache-2.0
#include "host/log/printable.hpp"

namespace sslhost::host {

namespace {

std::string without_controls(std::string_view text, std::string_view kept) {
  std::string shown;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool control = (c < 0x20 || c == 0x7f) && kept.find(text[i]) == kept.npos;
    // U+0080 to U+009F are controls too: 0xc2 and a byte below 0xa0.
    const bool wide_control =
        c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    shown += control || wide_control ? '?' : text[i];
    if (wide_control) ++i;
  }
  return shown;
}

}  // namespace

std::string printable(std::string_view text) { return without_controls(text, ""); }

std::string printable_lines(std::string_view text) { return without_controls(text, "\n\t"); }

}  // namespace sslhost::host
