// SPDX-License-Identifier: Apache-2.0
#include "datasets/delimited/text.hpp"

#include <algorithm>
#include <cstddef>

namespace sslhost::delimited {

namespace {

constexpr char kHex[] = "0123456789ABCDEF";

bool is_between(unsigned char byte, unsigned char low, unsigned char high) {
  return byte >= low && byte <= high;
}

/// The bytes of the character that `text` begins with; 0 where it is none. (Unicode, table 3-7)
size_t character_bytes(std::string_view text) {
  const auto at = [&](size_t i) -> unsigned char { return i < text.size() ? text[i] : 0; };
  const auto follow = [&](size_t from, size_t count) {
    for (size_t i = from; i < count; ++i)
      if (!is_between(at(i), 0x80, 0xBF)) return size_t{0};
    return count;
  };
  const unsigned char first = at(0), second = at(1);
  if (text.empty()) return 0;
  if (first < 0x80) return 1;
  if (is_between(first, 0xC2, 0xDF)) return follow(1, 2);
  if (is_between(first, 0xE0, 0xEF)) {
    const bool fits = is_between(second, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
    return fits ? follow(2, 3) : 0;
  }
  if (is_between(first, 0xF0, 0xF4)) {
    const bool fits = is_between(second, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
    return fits ? follow(2, 4) : 0;
  }
  return 0;
}

void append_encoded(std::string& text, unsigned char byte) {
  text += {'%', kHex[byte >> 4], kHex[byte & 15]};
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t bytes = character_bytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

std::string percent_encoded(std::string_view name) {
  std::string valid;
  while (!name.empty()) {
    const size_t bytes = character_bytes(name);
    if (bytes == 0 || name.front() == '%')
      append_encoded(valid, static_cast<unsigned char>(name.front()));
    else
      valid += name.substr(0, bytes);
    name.remove_prefix(std::max<size_t>(bytes, 1));
  }
  return valid;
}

std::string lower(std::string_view text) {
  std::string small(text);
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return small;
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

std::string in_quotes(std::string_view name) {
  constexpr size_t kMost = 80;
  std::string text = "'";
  size_t taken = 0;
  while (taken < name.size()) {
    const auto rest = name.substr(taken);
    const size_t bytes = character_bytes(rest);
    if (taken + bytes > kMost) break;
    const auto first = static_cast<unsigned char>(rest.front());
    if (bytes == 0 || first < 0x20 || first == 0x7F)
      append_encoded(text, first);
    else
      text += rest.substr(0, bytes);
    taken += std::max<size_t>(bytes, 1);
  }
  return text + (taken < name.size() ? "...'" : "'");
}

std::string grouped(int64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string counted(int64_t number, std::string_view one, std::string_view many) {
  return grouped(number) + " " + std::string(number == 1 ? one : many);
}

}  // namespace sslhost::delimited
