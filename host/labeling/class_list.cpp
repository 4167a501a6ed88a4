// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/class_list.hpp"

#include <algorithm>

#include "sslhost/error.hpp"

#include "datasets/delimited/text.hpp"

namespace sslhost::host {

std::optional<int64_t> ClassList::find(const std::string& name) const {
  const auto found = std::ranges::find(classes_, name, &LabelClass::name);
  if (found == classes_.end()) return std::nullopt;
  return found - classes_.begin();
}

bool ClassList::has(const std::string& name) const {
  const auto number = find(name);
  return number && classes_[static_cast<size_t>(*number)].is_there;
}

int64_t ClassList::add(const std::string& name) {
  if (const auto number = find(name)) {
    classes_[static_cast<size_t>(*number)].is_there = true;
    return *number;
  }
  classes_.push_back({name});
  return static_cast<int64_t>(classes_.size()) - 1;
}

void ClassList::remove(const std::string& name) {
  if (const auto number = find(name)) classes_[static_cast<size_t>(*number)].is_there = false;
}

bool ClassList::rename(const std::string& from, const std::string& to) {
  const auto number = find(from);
  if (number && !find(to)) {
    classes_[static_cast<size_t>(*number)].name = to;
    return true;
  }
  remove(from);
  add(to);
  return false;
}

std::string checked_class_name(const std::string& name) {
  constexpr size_t kLongest = 200;
  std::string trimmed(delimited::trimmed(name));
  const bool has_control = std::ranges::any_of(
      trimmed, [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; });
  if (trimmed.empty() || trimmed.size() > kLongest || has_control || !delimited::is_utf8(trimmed))
    throw Error(ExitCode::usage, {"the name of a class", "one line of 1 to 200 bytes",
                                  trimmed.empty() ? "none" : delimited::in_quotes(trimmed)});
  return trimmed;
}

}  // namespace sslhost::host
