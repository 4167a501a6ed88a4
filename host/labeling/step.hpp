// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a person said of pictures, and the steps in which it was said: the journal's lines.

#include <cstdint>
#include <string>
#include <vector>

namespace sslhost::host {

/// Of one picture.
struct Answer {
  enum class Kind { none, unsure, label };
  Kind kind = Kind::none;
  std::string label = {};  ///< the class, where there is one

  bool operator==(const Answer&) const = default;
};

struct Change {
  std::string picture;  ///< its name: the path below the folder, with '/'
  Answer now, was;

  bool operator==(const Change&) const = default;
};

struct Step {
  enum class What {
    answer,  ///< changes
    add,     ///< a class without pictures, `to`
    rename,  ///< the class `from` becomes `to`, or a part of it where there is one; changes
    remove,  ///< the class `from`, which has no picture
    undo,    ///< the step `of`, the last one that was not taken back
    table,   ///< the label table holds all answers up to step `of`
  };
  int64_t number = 0;   ///< from 1, by one
  std::string at = {};  ///< when, UTC: 2026-11-29T22:10:05Z
  What what = What::answer;
  std::string from = {}, to = {};
  int64_t of = 0;
  std::vector<Change> changes = {};

  bool operator==(const Step&) const = default;
};

}  // namespace sslhost::host
