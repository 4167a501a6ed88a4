// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sslhost::host {

/// Texts in a row, with the separator between each two. Empty where there are none.
template <class Texts>
std::string joined(const Texts& texts, std::string_view separator) {
  std::string all;
  bool first = true;
  for (const auto& text : texts) {
    if (!first) all += separator;
    all += text;
    first = false;
  }
  return all;
}

/// How many there are, and the first of them: "3: a, b, c", "40: a, b, c, d, e, f, g, h, ...".
inline std::string listed(const std::vector<std::string>& texts) {
  constexpr std::size_t kMost = 8;
  const auto count = texts.size();
  const std::vector<std::string> first(
      texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(std::min(kMost, count)));
  return std::to_string(count) + ": " + joined(first, ", ") + (count > kMost ? ", ..." : "");
}

}  // namespace sslhost::host
