// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/table_layout.hpp"

#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "sslhost/error.hpp"

#include "datasets/images/text.hpp"

namespace sslhost::images {

namespace {

namespace fs = std::filesystem;

const char* const kCorrect = "correct the path, or take the line out";

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

  const File& find(const LabelRow& row) {
    const File* file = named(row.path);
    if (file == nullptr && table_.has_ids) file = with_id(row);
    if (file == nullptr) file = on_disk(row);
    if (file->linked) real_name(row, file->path);  // refuses what lies outside
    return *file;
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
    if (type != fs::file_type::regular) fail(row, type);
    const auto name = real_name(row, path);
    // A link to a folder that is listed under another name leads here.
    if (const File* const file = named(name)) return file;
    const auto& file = tree_.named.emplace_back(File{path, is_utf8(name) ? name : row.path});
    by_name_.emplace(file.name, &file);
    added_.insert(file.name);
    return &file;
  }

  [[noreturn]] void fail(const LabelRow& row, fs::file_type type) const {
    const bool missing = type == fs::file_type::not_found || type == fs::file_type::none;
    std::string next = kCorrect;
    if (row.path.find('\\') != std::string::npos) next = "write '/' between folders";
    if (row.line == 1 && !table_.has_header)
      next += "; if this line is a header, call its columns path and label";
    throw Error(ExitCode::data,
                {table_.place(row), "an image below " + tree_.path.string(),
                 (missing ? "no file " : "no regular file: ") + in_quotes(row.path), next});
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
  for (const auto& row : table.rows) {
    const File& image = index.find(row);
    const auto [before, is_new] = rows.emplace(&image, &row);
    if (is_new)
      part_of(draft, row.role)
          .push_back({&image, row.label.empty() ? std::string_view() : draft.label(row.label)});
    else if (row.label != before->second->label || row.role != before->second->role)
      fail_twice(table, row, *before->second);
  }
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
