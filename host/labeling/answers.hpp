// SPDX-License-Identifier: Apache-2.0
#pragma once

// All answers at this moment, as the steps of the journal made them.

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "host/labeling/class_list.hpp"
#include "host/labeling/step.hpp"

namespace sslhost::host {

class Answers {
 public:
  static constexpr int64_t kNone = -1, kUnsure = -2;

  struct Of {
    int64_t answer = kNone;  ///< a class's number, or one of the above
    int64_t step = 0;        ///< that changed it last; 0: none did
    bool confirmed = false;  ///< the same class was given twice
  };

  /// `labels`: from the table or the folders, empty for none, one for each name.
  Answers(std::vector<std::string> names, const std::vector<std::string>& classes,
          std::vector<std::string> labels);

  /// The steps of a journal. `has_table`: the label table is there, and wins over all that it was
  /// written with, since a person may have changed it since. Throws Error (storage) for an undo of
  /// another step than the last.
  void replay(std::span<const Step> steps, bool has_table);
  /// Steps that follow the last one.
  void apply(const Step& step);

  const std::vector<std::string>& names() const { return names_; }
  const ClassList& classes() const { return classes_; }
  const std::vector<Of>& all() const { return of_; }
  Answer answer(size_t picture) const;
  int64_t count(int64_t answer) const;

  int64_t last_step() const { return last_; }
  int64_t in_table() const { return in_table_; }  ///< the last step that the table holds
  /// That an undo would take back, the last one behind; empty: none is left.
  const std::vector<Step>& undoable() const { return undoable_; }

 private:
  /// What it has now; null: the picture is gone, and keeps its place in the journal.
  Of* set(const std::string& picture, const Answer& answer, int64_t step);
  void undo(const Step& step);
  /// A table may give pictures to a class that the steps know as one without.
  void keep_used_classes();

  std::vector<std::string> names_;
  ClassList classes_;
  std::vector<Of> of_;
  std::unordered_map<std::string, size_t> index_;
  std::vector<Step> undoable_;
  std::vector<bool> kept_number_;  // of undoable renames: whether the class did
  int64_t last_ = 0, in_table_ = 0;
};

}  // namespace sslhost::host
