// SPDX-License-Identifier: Apache-2.0
#pragma once

// The classes of a session. A class keeps its number as long as the program runs, so that windows
// which learn late of a new name mean the same.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sslhost::host {

struct LabelClass {
  std::string name;
  bool is_there = true;  ///< false: removed, or a part of another class now
};

class ClassList {
 public:
  const std::vector<LabelClass>& all() const { return classes_; }
  const std::string& name(int64_t number) const {
    return classes_[static_cast<size_t>(number)].name;
  }
  std::optional<int64_t> find(const std::string& name) const;
  bool has(const std::string& name) const;

  /// Its number; it is there from now on.
  int64_t add(const std::string& name);
  void remove(const std::string& name);
  /// The class keeps its number where `to` is a new name: true. Otherwise it is a part of that one.
  bool rename(const std::string& from, const std::string& to);

 private:
  std::vector<LabelClass> classes_;
};

/// As a class may be called: one line of UTF-8, 1 to 200 bytes, no blanks at its ends. Throws Error
/// (usage).
std::string checked_class_name(const std::string& name);

}  // namespace sslhost::host
