// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/answers.hpp"

#include <algorithm>
#include <utility>

#include "sslhost/error.hpp"

namespace sslhost::host {

using What = Step::What;

Answers::Answers(std::vector<std::string> names, const std::vector<std::string>& classes,
                 std::vector<std::string> labels)
    : names_(std::move(names)), of_(names_.size()) {
  for (const auto& name : classes) classes_.add(name);
  for (size_t i = 0; i < names_.size(); ++i) {
    index_.emplace(names_[i], i);
    if (!labels[i].empty()) of_[i].answer = classes_.add(labels[i]);
  }
}

void Answers::replay(std::span<const Step> steps, bool has_table) {
  const auto on_disk = of_;
  const auto classes = classes_;
  classes_ = {};                   // those of the journal first, in its order: their keys stay
  for (auto& one : of_) one = {};  // its number was that of the table's list
  for (const auto& step : steps) apply(step);
  if (!has_table) in_table_ = 0;
  for (const auto& one : classes.all())
    if (!classes_.find(one.name)) classes_.add(one.name);
  for (size_t i = 0; i < of_.size(); ++i) {
    if (of_[i].step > in_table_) continue;
    const auto told = on_disk[i].answer;
    if (told >= 0)
      of_[i].answer = classes_.add(classes.name(told));
    else if (of_[i].answer >= 0)
      of_[i].answer = kNone;
  }
}

void Answers::apply(const Step& step) {
  last_ = step.number;
  if (step.what == What::table) {
    in_table_ = step.of;
    return;
  }
  if (step.what == What::undo) return undo(step);
  bool kept = false;
  if (step.what == What::add) classes_.add(step.to);
  if (step.what == What::rename) kept = classes_.rename(step.from, step.to);
  for (const auto& change : step.changes) {
    auto* const of = set(change.picture, change.now, step.number);
    if (of != nullptr && step.what == What::answer)
      of->confirmed = change.now == change.was && change.now.kind == Answer::Kind::label;
  }
  if (step.what == What::remove) classes_.remove(step.from);
  if (step.what == What::remove || step.what == What::rename) keep_used_classes();
  undoable_.push_back(step);
  kept_number_.push_back(kept);
}

void Answers::undo(const Step& step) {
  if (undoable_.empty() || undoable_.back().number != step.of)
    throw Error(ExitCode::storage,
                {"the journal of labels, step " + std::to_string(step.number),
                 "an undo of the last step", "one of step " + std::to_string(step.of),
                 "move .sslhost-labels.journal away: labels.csv has the answers"});
  const auto undone = std::move(undoable_.back());
  const bool kept = kept_number_.back();
  undoable_.pop_back();
  kept_number_.pop_back();
  if (undone.what == What::add) classes_.remove(undone.to);
  if (undone.what == What::remove) classes_.add(undone.from);
  if (undone.what == What::rename) {
    if (kept)
      classes_.rename(undone.to, undone.from);
    else
      classes_.add(undone.from);
  }
  for (const auto& change : undone.changes)
    if (auto* const of = set(change.picture, change.was, step.number)) of->confirmed = false;
  keep_used_classes();
}

void Answers::keep_used_classes() {
  for (const auto& one : of_)
    if (one.answer >= 0) classes_.add(classes_.name(one.answer));
}

Answers::Of* Answers::set(const std::string& picture, const Answer& answer, int64_t step) {
  const auto number = answer.kind == Answer::Kind::label    ? classes_.add(answer.label)
                      : answer.kind == Answer::Kind::unsure ? kUnsure
                                                            : kNone;
  const auto found = index_.find(picture);
  if (found == index_.end()) return nullptr;
  auto& of = of_[found->second];
  of.answer = number;
  of.step = step;
  return &of;
}

Answer Answers::answer(size_t picture) const {
  const auto number = of_[picture].answer;
  if (number == kNone) return {};
  if (number == kUnsure) return {Answer::Kind::unsure};
  return {Answer::Kind::label, classes_.name(number)};
}

int64_t Answers::count(int64_t answer) const {
  return std::ranges::count(of_, answer, &Of::answer);
}

}  // namespace sslhost::host
