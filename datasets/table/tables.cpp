// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/tables.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "sslhost/error.hpp"

#include "datasets/delimited/text.hpp"
#include "datasets/table/check_labels.hpp"
#include "datasets/table/encode.hpp"
#include "datasets/table/knowledge.hpp"
#include "datasets/table/rows.hpp"
#include "datasets/table/said.hpp"

namespace sslhost::table {

namespace {

namespace fs = std::filesystem;

/// A table that was read, and where.
struct Read {
  std::string path, label;  ///< its file, and its column of labels
  Rows rows;

  /// For errors.
  std::string place(int64_t line) const {
    return path + ", line " + std::to_string(line) + ", column " + delimited::in_quotes(label);
  }

  std::vector<size_t> chosen(bool labeled) const {
    std::vector<size_t> rows_of;
    for (size_t i = 0; i < rows.lines.size(); ++i)
      if (rows.has_label(i) == labeled) rows_of.push_back(i);
    return rows_of;
  }
  std::vector<size_t> all() const {
    std::vector<size_t> rows_of(rows.lines.size());
    for (size_t i = 0; i < rows_of.size(); ++i) rows_of[i] = i;
    return rows_of;
  }
};

class Assembly {
 public:
  Assembly(const Schema& schema, Header header, const Progress& progress)
      : schema_(schema), header_(header), progress_(progress) {
    content.shape = {schema.width(), 1, 1};
    known_.push_back(schema.label);
    for (const auto& feature : schema.features) known_.push_back(feature.name);
    if (schema.has_header) return;
    known_.clear();
    if (header_ == Header::automatic) header_ = Header::no;  // all are written alike
  }

  Read read(const fs::path& path) {
    TableFile table(path, header_, known_, progress_);
    const auto plan = plan_to_read(table, schema_);
    if (const auto note = said_of_others(table, plan); !note.empty()) content.notes.push_back(note);
    Read read{table.path(), plan.label ? table.names()[*plan.label] : "",
              read_rows(table, plan, schema_, content.warnings)};
    add(said_of_unknown(schema_, read.rows, table.path()), content.warnings);
    add(said_of_missing(schema_, read.rows, table.path()), content.notes);
    return read;
  }

  void take_classes(const std::vector<const Read*>& tables) {
    Words words;
    for (const auto* table : tables)
      for (const auto& word : table->rows.label_words.all()) words.number_of(word, 0);
    content.classes = in_order(words.all());
    for (size_t i = 0; i < content.classes.size(); ++i)
      numbers_.emplace(content.classes[i], static_cast<int64_t>(i));
  }

  Part labeled(const Read& read, const std::vector<size_t>& chosen) const {
    auto part = encoded(schema_, read.rows, chosen);
    const auto& words = read.rows.label_words;
    std::vector<int64_t> numbers;
    for (size_t i = 0; i < words.size(); ++i) {
      const auto known = numbers_.find(words[i]);
      if (known == numbers_.end()) fail_for_class(read, i);
      numbers.push_back(known->second);
    }
    for (const auto row : chosen)
      part.labels.push_back(numbers[static_cast<size_t>(read.rows.labels[row])]);
    return part;
  }

  Part unlabeled(const Read& read, const std::vector<size_t>& chosen) const {
    return encoded(schema_, read.rows, chosen);
  }

  /// Labels for all samples or for none.
  Part test(const Read& read) const {
    const auto labeled_rows = read.chosen(true), others = read.chosen(false);
    if (labeled_rows.empty()) return unlabeled(read, others);
    if (!others.empty())
      throw Error(ExitCode::data,
                  {read.place(read.rows.lines[others.front()]),
                   "a label, as in line " + std::to_string(read.rows.lines[labeled_rows.front()]) +
                       ": all samples of a test part have one, or none has",
                   "none", "put rows without a label into a table of their own"});
    return labeled(read, labeled_rows);
  }

  void add_unlabeled(Part more) {
    auto& part = content.unlabeled;
    if (part.rows == 0) {
      part = std::move(more);
    } else if (more.rows > 0) {
      const auto width = schema_.width();
      std::vector<float> values(part.values.get(), part.values.get() + part.rows * width);
      values.insert(values.end(), more.values.get(), more.values.get() + more.rows * width);
      part.values = owned(std::move(values));
      take_names(part.names, more);
      part.rows += more.rows;
    }
  }

  static void add(std::string text, std::vector<std::string>& lines) {
    if (!text.empty()) lines.push_back(std::move(text));
  }

  Content content;

 private:
  [[noreturn]] void fail_for_class(const Read& read, size_t word) const {
    const auto& words = read.rows.label_words;
    throw Error(
        ExitCode::data,
        {read.place(words.line(word)),
         "one of the training table's " +
             delimited::counted(static_cast<int64_t>(content.classes.size()), "class", "classes") +
             ", such as " + delimited::in_quotes(content.classes.front()),
         delimited::in_quotes(words[word]),
         "correct it, or give the training table samples of that class"});
  }

  /// Names are kept where each sample of the part has one of its own.
  static void take_names(std::vector<std::string>& names, const Part& more) {
    const std::unordered_set<std::string_view> taken(names.begin(), names.end());
    const bool clash =
        std::ranges::any_of(more.names, [&](const auto& name) { return taken.contains(name); });
    const bool both = names.empty() == more.names.empty();
    if (clash || !both)
      names.clear();
    else
      names.insert(names.end(), more.names.begin(), more.names.end());
  }

  const Schema& schema_;
  Header header_;
  Progress progress_;
  std::vector<std::string> known_;
  std::unordered_map<std::string, int64_t> numbers_;
};

}  // namespace

Content read_tables(const TableFiles& files, const TableOptions& options,
                    const Progress& progress) {
  TableFile table(files.train, options.header, {}, progress);
  const auto plan = plan_to_learn(table, options);
  auto learned = learn(table, plan, options);
  check_labels(table, plan, learned.rows);
  const auto& schema = learned.schema;
  Assembly assembly(schema, options.header, progress);
  auto& content = assembly.content;
  content.notes = said_of_training(table, plan, learned);
  content.warnings = learned.warnings;
  const Read train{table.path(), schema.label, std::move(learned.rows)};
  assembly.take_classes({&train});
  content.train = assembly.labeled(train, train.chosen(true));
  assembly.add_unlabeled(assembly.unlabeled(train, train.chosen(false)));
  if (!files.test.empty()) content.test = assembly.test(assembly.read(files.test));
  if (!files.unlabeled.empty()) {
    const auto more = assembly.read(files.unlabeled);
    assembly.add_unlabeled(assembly.unlabeled(more, more.all()));
  }
  content.knowledge = knowledge_of(schema);
  return std::move(content);
}

Content read_tables_by(const Schema& schema, const TableFiles& files, Header header,
                       const Progress& progress) {
  Assembly assembly(schema, header, progress);
  auto& content = assembly.content;
  const auto train = assembly.read(files.train);
  const bool alone = files.test.empty() && files.unlabeled.empty();
  const auto test = files.test.empty() ? Read{} : assembly.read(files.test);
  assembly.take_classes({&train, &test});
  const auto with = train.chosen(true), without = train.chosen(false);
  if (with.empty() && alone) {
    content.test = assembly.unlabeled(train, without);
  } else {
    if (!with.empty()) content.train = assembly.labeled(train, with);
    assembly.add_unlabeled(assembly.unlabeled(train, without));
  }
  if (!files.test.empty()) content.test = assembly.test(test);
  if (!files.unlabeled.empty()) {
    const auto more = assembly.read(files.unlabeled);
    assembly.add_unlabeled(assembly.unlabeled(more, more.all()));
  }
  content.knowledge = knowledge_of(schema);
  return std::move(content);
}

}  // namespace sslhost::table
