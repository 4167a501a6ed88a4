// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/table_layout.hpp"

#include <algorithm>
#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "sslhost/error.hpp"

#include "datasets/images/text.hpp"

namespace sslhost::images {

namespace {

namespace fs = std::filesystem;

std::string_view without_extension(std::string_view name) {
  const size_t dot = name.rfind('.'), slash = name.rfind('/');
  const bool has =
      dot != std::string_view::npos && (slash == std::string_view::npos || dot > slash + 1);
  return has && dot > 0 ? name.substr(0, dot) : name;
}

/// The files of a tree, by name.
class Index {
 public:
  Index(Tree& tree, const LabelTable& table) : tree_(tree), table_(table) {
    tree.top.for_each([&](const File& file) {
      by_name_.emplace(file.name, &file);
      if (!table.has_ids) return;
      const auto [at, is_new] = by_id_.emplace(without_extension(file.name), &file);
      if (!is_new) at->second = nullptr;
    });
  }

  /// nullptr where nothing is there.
  const File* find(const LabelRow& row) {
    const File* file = named(row.path);
    if (file == nullptr && table_.has_ids) file = with_id(row);
    if (file == nullptr) file = on_disk(row);
    if (file != nullptr && file->linked) real_name(row, file->path);  // refuses what lies outside
    return file;
  }

  /// `missing`: rows whose files are not there, one at least.
  [[noreturn]] void fail_missing(const std::vector<const LabelRow*>& missing) const {
    constexpr size_t kNamed = 5;
    const auto& first = *missing.front();
    std::string found = "no file " + in_quotes(first.path);
    if (missing.size() > 1)
      found = "none for " + counted(std::ssize(missing), "line", "lines") + ": " +
              in_quotes(first.path);
    for (size_t i = 1; i < std::min(kNamed, missing.size()); ++i)
      found +=
          ", " + in_quotes(missing[i]->path) + " (line " + std::to_string(missing[i]->line) + ")";
    if (missing.size() > kNamed) found += " and more";
    throw Error(ExitCode::data, {table_.place(first), "an image below " + tree_.path.string(),
                                 found, next_for(first, missing.size())});
  }

  /// Files that only the table counts among the images.
  const std::unordered_set<std::string>& added() const { return added_; }

 private:
  const File* named(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
  }

  const File* with_id(const LabelRow& row) const {
    const auto found = by_id_.find(row.path);
    if (found == by_id_.end()) return nullptr;
    if (found->second == nullptr)
      throw Error(ExitCode::data,
                  {table_.place(row), "the id of one image",
                   "several files " + in_quotes(row.path + ".*"), "write the extension, too"});
    return found->second;
  }

  /// The path below the folder, without links.
  std::string real_name(const LabelRow& row, const fs::path& path) const {
    std::error_code code;
    const auto real = fs::canonical(path, code);
    if (code || !is_within(real, tree_.real_path))
      throw Error(ExitCode::data,
                  {table_.place(row), "an image below " + tree_.path.string(),
                   "a link out of it: " + in_quotes(row.path), "put the image itself there"});
    return real.lexically_relative(tree_.real_path).generic_string();
  }

  const File* on_disk(const LabelRow& row) {
    const auto path = tree_.path / row.path;
    std::error_code code;
    const auto type = fs::status(path, code).type();
    if (type == fs::file_type::not_found || type == fs::file_type::none) return nullptr;
    if (type != fs::file_type::regular)
      throw Error(ExitCode::data, {table_.place(row), "an image below " + tree_.path.string(),
                                   "no regular file: " + in_quotes(row.path),
                                   "correct the path, or take the line out"});
    const auto name = real_name(row, path);
    // A link to a folder that is listed under another name leads here.
    if (const File* const file = named(name)) return file;
    const auto& file = tree_.named.emplace_back(File{path, is_utf8(name) ? name : row.path});
    by_name_.emplace(file.name, &file);
    added_.insert(file.name);
    return &file;
  }

  std::string next_for(const LabelRow& row, size_t missing) const {
    if (row.path.find('\\') != std::string::npos) return "write '/' between folders";
    std::string next = missing == 1 ? "correct the path, or take the line out"
                                    : "put them back, correct the paths, or take the lines out";
    if (const auto other = with_other_letters(row.path); !other.empty())
      next = "did you mean " + in_quotes(other) + "? Else " + next;
    if (row.line == 1 && !table_.has_header)
      next += "; if this line is a header, call its columns path and label";
    return next;
  }

  /// A file whose name differs in capital letters alone; empty: none.
  std::string with_other_letters(const std::string& path) const {
    const auto small = lower(path);
    for (const auto& [name, file] : by_name_)
      if (lower(name) == small) return std::string(name);
    return {};
  }

  Tree& tree_;
  const LabelTable& table_;
  std::unordered_map<std::string_view, const File*> by_name_, by_id_;  // nullptr: several
  std::unordered_set<std::string> added_;
};

void fail_twice(const LabelTable& table, const LabelRow& row, const LabelRow& before) {
  const auto what = [](const LabelRow& one) {
    return one.label.empty() ? "no label" : in_quotes(one.label);
  };
  const bool same = row.label == before.label;
  throw Error(ExitCode::data, {table.place(row), "one label and one role for each image",
                               same ? "another role for " + in_quotes(row.path) + " than in line " +
                                          std::to_string(before.line)
                                    : what(row) + " for " + in_quotes(row.path) + ", and " +
                                          what(before) + " in line " + std::to_string(before.line),
                               "take one of the lines out"});
}

std::vector<Sample>& part_of(Draft& draft, Role role) {
  switch (role) {
    case Role::train:
      return draft.train;
    case Role::validation:
      return draft.validation;
    case Role::test:
      return draft.test;
    case Role::unlabeled:
      break;
  }
  return draft.unlabeled;
}

}  // namespace

Draft draft_by_table(Tree& tree, const LabelTable& table, const fs::path& file) {
  Draft draft;
  draft.where = table.name;
  draft.layout = "labels from " + file.filename().string();
  Index index(tree, table);
  std::unordered_map<const File*, const LabelRow*> rows;
  rows.reserve(table.rows.size());
  std::vector<const LabelRow*> missing;
  for (const auto& row : table.rows) {
    const File* const image = index.find(row);
    if (image == nullptr) {
      missing.push_back(&row);
      continue;
    }
    const auto [before, is_new] = rows.emplace(image, &row);
    if (is_new)
      part_of(draft, row.role)
          .push_back({image, row.label.empty() ? std::string_view() : draft.label(row.label)});
    else if (row.label != before->second->label || row.role != before->second->role)
      fail_twice(table, row, *before->second);
  }
  if (!missing.empty()) index.fail_missing(missing);
  std::error_code ignored;
  const auto own = fs::canonical(file, ignored);
  const auto is_table = [&](const fs::path& path) {
    const auto name = path.filename();  // compared first: a look at every file would take its time
    return (name == file.filename() || name == own.filename()) &&
           fs::equivalent(path, file, ignored);
  };
  tree.top.for_each([&](const File& image) {
    if (!rows.contains(&image) && !is_table(image.path)) draft.unlabeled.push_back({&image});
  });
  for (const auto& passed : tree.passed_over)
    if (!index.added().contains(passed.name) && !is_table(tree.path / passed.name))
      draft.passed_over.push_back(passed);
  return draft;
}

}  // namespace sslhost::images
