// SPDX-License-Identifier: Apache-2.0
#include "datasets/delimited/other_content.hpp"

#include <algorithm>

#include "datasets/delimited/text.hpp"

namespace sslhost::delimited {

namespace {

/// As far as there are bytes of it, 4 at least.
bool begins(std::string_view text, std::string_view with) {
  const auto length = std::min(text.size(), with.size());
  return length >= 4 && text.substr(0, length) == with.substr(0, length);
}

}  // namespace

std::string other_content(std::string_view begin) {
  if (begins(begin, "version https://git-lfs"))
    return "a Git LFS pointer, not the file itself (git lfs pull brings it)";
  if (begins(begin, {"PK\x03\x04", 4})) return "a ZIP archive";
  const auto blanks = std::min(begin.find_first_not_of(" \t\r\n"), begin.size());
  const auto text = lower(begin.substr(blanks, 16));
  for (const std::string_view tag : {"<!doctype", "<html", "<head", "<body", "<?xml"})
    if (begins(text, tag)) return "a web page or another text with tags";
  return "";
}

}  // namespace sslhost::delimited
