// SPDX-License-Identifier: Apache-2.0
#include "host/survey/words.hpp"

#include <algorithm>
#include <cstdio>

namespace sslhost::host {

namespace {

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

std::string format(const char* pattern, auto... values) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, pattern, values...);
  return buffer;
}

}  // namespace

std::string grouped(int64_t number) {
  auto text = std::to_string(number);
  const size_t sign = number < 0 ? 1 : 0;
  for (size_t at = text.size(); at > sign + 3;) text.insert(at -= 3, ",");
  return text;
}

std::string counted(int64_t number, std::string_view one, std::string_view many) {
  return grouped(number) + " " + std::string(number == 1 ? one : many);
}

std::string number_text(double value) { return format("%.3g", value); }

size_t width_of(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(text, begins_character));
}

std::string cut_to(std::string_view text, size_t most) {
  if (width_of(text) <= most) return std::string(text);
  size_t end = 0;
  for (size_t left = most - 3; end < text.size(); ++end)
    if (begins_character(text[end]) && left-- == 0) break;
  return std::string(text.substr(0, end)) + "...";
}

}  // namespace sslhost::host
