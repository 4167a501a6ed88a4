// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/words.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

namespace sslhost::table {

namespace {

/// Sorts a word: numbers first.
std::tuple<bool, int64_t, std::string_view> key(const std::string& word) {
  int64_t number = 0;
  const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  const bool is_number = error == std::errc() && stop == word.data() + word.size();
  return {!is_number, is_number ? number : 0, word};
}

}  // namespace

std::vector<std::string> in_order(std::vector<std::string> words) {
  std::ranges::sort(words, {}, key);
  return words;
}

}  // namespace sslhost::table
