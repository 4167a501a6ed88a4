// SPDX-License-Identifier: Apache-2.0
#pragma once

// A table that says which label each image has: path,label[,role].
//
// With a header, its columns stand in any order, others are ignored, and it is known by a column
// for the path (path, file, filename, image, name, id) and one for the label (label, class,
// target), in small or capital letters; the role's is called role, split, part, set or subset.
// Without one, the columns are path, label and, where there is a third, role.
//
// Paths are those below the images' folder, with '/', without "..". In a column `id`, the extension
// may be left out. Blanks around labels and roles do not count, nor lines of separators alone.
// Roles: train (also val, valid, validation: a run draws its own validation part), test, unlabeled;
// none: train where there is a label. A label of an image with the role unlabeled is not used.

#include <cstdint>
#include <filesystem>
#include <istream>
#include <optional>
#include <string>
#include <vector>

namespace sslhost::images {

enum class Role { train, validation, test, unlabeled };

struct LabelRow {
  std::string path, label;  ///< label: empty for none
  Role role = Role::train;  ///< unlabeled for all but test images without a label
  int64_t line = 0;
};

struct LabelColumns {
  size_t count = 0, path = 0, label = 1;
  std::optional<size_t> role = std::nullopt;
};

struct LabelTable {
  std::string name;  ///< for errors
  bool has_header = false;
  bool has_ids = false;  ///< paths may lack their extensions
  LabelColumns columns = {};
  std::vector<LabelRow> rows = {};

  std::string place(const LabelRow& row) const;  ///< "labels.csv, line 3"
};

/// Tabs separate the cells of *.tsv; otherwise see RecordRules. Throws Error (data), with the
/// line, for what is wrong in the text; whether the files exist is not looked at.
LabelTable read_label_table(const std::filesystem::path& file);
LabelTable read_label_table(std::istream& in, const std::string& name, char separator = 0);

}  // namespace sslhost::images
