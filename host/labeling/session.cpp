// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/session.hpp"

#include <chrono>
#include <ctime>
#include <system_error>
#include <utility>

#include "sslhost/error.hpp"

#include "host/labeling/label_file.hpp"

namespace sslhost::host {

namespace {

using What = Step::What;

// Between two tables: often enough that a training beside it lacks little, seldom enough for 20,000
// rows.
constexpr std::chrono::seconds kPause{1}, kPauseAfterTrouble{5};

Answers answers_of(const Pictures& pictures) {
  std::vector<std::string> names, labels;
  for (const auto& picture : pictures.all) {
    names.push_back(picture.name);
    labels.push_back(picture.label);
  }
  return {std::move(names), pictures.classes, std::move(labels)};
}

std::string now() {
  const std::time_t time = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

[[noreturn]] void fail_about(const std::string& where, const std::string& expected,
                             const std::string& found) {
  throw Error(ExitCode::usage, {where, expected, found});
}

}  // namespace

Session::Session(Pictures pictures, bool read_only)
    : pictures_(std::move(pictures)), answers_(answers_of(pictures_)) {
  if (read_only) {
    answers_.replay(read_journal(journal_path(pictures_.folder)).steps, pictures_.has_table);
    return;
  }
  // Written by a rename, which would put a file in the place of the link.
  std::error_code ignored;
  if (std::filesystem::is_symlink(pictures_.table, ignored))
    throw Error(ExitCode::storage,
                {pictures_.table.string(), "a file", "a link", "put the file itself in its place"});
  journal_ = std::make_unique<Journal>(pictures_.folder);
  answers_.replay(journal_->steps(), pictures_.has_table);
  write_table();
  writer_ = std::thread([this] { write_now_and_then(); });
}

Session::~Session() {
  if (is_read_only()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  writer_.join();
}

Step Session::new_step(What what) const {
  Step step;
  step.number = answers_.last_step() + 1;
  step.at = now();
  step.what = what;
  return step;
}

void Session::take(const Step& step) {
  if (is_read_only()) fail_about("this page", "to look", "a change");
  journal_->append(step);
  answers_.apply(step);
  changed_.notify_all();
}

void Session::require_class(const std::string& name) const {
  if (!answers_.classes().has(name)) fail_about("class", "one that there is", "'" + name + "'");
}

void Session::answer(const std::vector<size_t>& pictures, const Answer& answer) {
  std::vector<std::pair<size_t, Answer>> answers;
  for (const auto picture : pictures) answers.emplace_back(picture, answer);
  answer_each(answers);
}

void Session::answer_each(const std::vector<std::pair<size_t, Answer>>& answers) {
  const std::lock_guard lock(mutex_);
  auto step = new_step(What::answer);
  for (auto [picture, answer] : answers) {
    if (answer.kind == Answer::Kind::label) answer.label = checked_class_name(answer.label);
    if (picture >= answers_.names().size())
      fail_about("picture", "the number of one", std::to_string(picture));
    step.changes.push_back({answers_.names()[picture], answer, answers_.answer(picture)});
  }
  if (!step.changes.empty()) take(step);
}

void Session::add_class(const std::string& name) {
  auto step_to = checked_class_name(name);
  const std::lock_guard lock(mutex_);
  if (answers_.classes().has(step_to)) return;
  auto step = new_step(What::add);
  step.to = std::move(step_to);
  take(step);
}

void Session::rename_class(const std::string& from, const std::string& to) {
  const Answer answer = {Answer::Kind::label, checked_class_name(to)};
  const std::lock_guard lock(mutex_);
  require_class(from);
  if (from == answer.label) return;
  auto step = new_step(What::rename);
  step.from = from;
  step.to = answer.label;
  const auto number = answers_.classes().find(from);
  for (size_t i = 0; i < answers_.all().size(); ++i)
    if (answers_.all()[i].answer == *number)
      step.changes.push_back({answers_.names()[i], answer, answers_.answer(i)});
  take(step);
}

void Session::remove_class(const std::string& name) {
  const std::lock_guard lock(mutex_);
  require_class(name);
  if (answers_.count(*answers_.classes().find(name)) != 0)
    fail_about("class '" + name + "'", "one without pictures", "some that have it");
  auto step = new_step(What::remove);
  step.from = name;
  take(step);
}

bool Session::undo(int64_t of) {
  const std::lock_guard lock(mutex_);
  if (answers_.undoable().empty() || answers_.undoable().back().number != of) return false;
  auto step = new_step(What::undo);
  step.of = of;
  take(step);
  return true;
}

void Session::look(const std::function<void(const Answers&)>& at) const {
  const std::lock_guard lock(mutex_);
  at(answers_);
}

std::string Session::table_trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

void Session::write_table() {
  const std::lock_guard one_at_a_time(writing_);
  std::vector<std::string> labels;
  std::vector<size_t> changed;
  int64_t last = 0;
  look([&](const Answers& answers) {
    last = answers.last_step();
    for (size_t i = 0; i < answers.all().size(); ++i) {
      labels.push_back(answers.answer(i).label);
      if (answers.all()[i].step > answers.in_table()) changed.push_back(i);
    }
  });
  if (changed.empty()) return;
  write_label_table(pictures_, labels, changed);
  const std::lock_guard lock(mutex_);
  auto step = new_step(What::table);
  step.of = last;
  journal_->append(step);
  answers_.apply(step);
}

void Session::write_now_and_then() {
  bool last = false;
  for (auto pause = kPause; !last; pause = trouble_.empty() ? kPause : kPauseAfterTrouble) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, pause, [&] { return ending_; });
    last = ending_;
    lock.unlock();
    std::string trouble;
    try {
      write_table();
    } catch (const Error& error) {
      trouble = error.parts().where + ": " + error.parts().found;
    }
    const std::lock_guard again(mutex_);
    trouble_ = trouble;
  }
}

}  // namespace sslhost::host
