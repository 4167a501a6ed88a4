// SPDX-License-Identifier: Apache-2.0
#pragma once

// The different words of a column, numbered as they come.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sslhost::table {

class Words {
 public:
  /// The word's number, a new one where it is new.
  size_t number_of(std::string_view word, int64_t line) {
    if (const auto known = find(word); known != kNone) return known;
    numbers_.emplace(word, words_.size());
    words_.emplace_back(word);
    lines_.push_back(line);
    return words_.size() - 1;
  }
  size_t find(std::string_view word) const {
    const auto found = numbers_.find(word);
    return found == numbers_.end() ? kNone : found->second;
  }
  size_t size() const { return words_.size(); }
  const std::string& operator[](size_t number) const { return words_[number]; }
  const std::vector<std::string>& all() const { return words_; }
  int64_t line(size_t number) const { return lines_[number]; }  ///< where it came first

  static constexpr size_t kNone = static_cast<size_t>(-1);

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_map<std::string, size_t, Hash, std::equal_to<>> numbers_;
  std::vector<std::string> words_;
  std::vector<int64_t> lines_;
};

/// Whole numbers by their values, before all other words, which go by their bytes.
std::vector<std::string> in_order(std::vector<std::string> words);

}  // namespace sslhost::table
