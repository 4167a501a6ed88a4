// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/arrays.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>

#include "sslhost/error.hpp"

#include "datasets/delimited/text.hpp"
#include "datasets/table/array_labels.hpp"
#include "datasets/table/array_values.hpp"
#include "datasets/table/knowledge.hpp"
#include "datasets/table/npy.hpp"
#include "datasets/table/words.hpp"

namespace sslhost::table {

namespace {

namespace fs = std::filesystem;
using delimited::counted;
using delimited::in_quotes;

struct Read {
  fs::path labels_file;
  Array array;
  ArrayLabels labels;
};

/// An array with its labels, where there are some.
Read read(const fs::path& file, const fs::path& labels) {
  Read read{labels, read_array(file), {}};
  if (labels.empty())
    read.labels.words.resize(static_cast<size_t>(read.array.rows));
  else
    read.labels = read_array_labels(labels, read.array.rows);
  return read;
}

using Numbers = std::unordered_map<std::string, int64_t>;

std::vector<std::string> classes_of(const std::vector<const Read*>& reads) {
  Words words;
  for (const auto* one : reads)
    for (const auto& word : one->labels.words)
      if (!word.empty()) words.number_of(word, 0);
  return in_order(words.all());
}

Numbers numbers_of(const std::vector<std::string>& classes) {
  Numbers numbers;
  for (size_t i = 0; i < classes.size(); ++i) numbers.emplace(classes[i], i);
  return numbers;
}

/// Those rows that have a label, or have none.
Part part_of(const Read& read, bool labeled, const Numbers& numbers) {
  std::vector<size_t> chosen;
  Part part;
  for (size_t i = 0; i < read.labels.words.size(); ++i) {
    const auto& word = read.labels.words[i];
    if (word.empty() == labeled) continue;
    chosen.push_back(i);
    if (!read.labels.names.empty()) part.names.push_back(read.labels.names[i]);
    if (!labeled) continue;
    const auto known = numbers.find(word);
    if (known == numbers.end())
      throw Error(ExitCode::data, {read.labels_file.string() + ", row " + std::to_string(i + 1),
                                   "one of the training part's classes", in_quotes(word),
                                   "correct it, or give the training part samples of that class"});
    part.labels.push_back(known->second);
  }
  part.rows = static_cast<int64_t>(chosen.size());
  part.values = rows_of(read.array, chosen);
  return part;
}

Part test_of(const Read& read, const Numbers& numbers) {
  const auto labeled = read.labels.labeled();
  if (labeled != 0 && labeled != read.array.rows)
    throw Error(
        ExitCode::data,
        {read.labels_file.string(), "labels for all samples of the test part, or for none",
         counted(labeled, "label", "labels") + " for " + counted(read.array.rows, "row", "rows"),
         "put samples without a label into X_unlabeled.npy"});
  return part_of(read, labeled > 0, numbers);
}

void require_same_shape(const Read& train, const Read& other) {
  const auto text = [](const std::vector<int64_t>& s) {
    return std::to_string(s[0]) + " x " + std::to_string(s[1]) + " x " + std::to_string(s[2]);
  };
  if (other.array.shape != train.array.shape)
    throw Error(ExitCode::data, {other.array.name,
                                 text(train.array.shape) +
                                     " values a sample, as "
                                     "in " +
                                     train.array.name,
                                 text(other.array.shape), "save arrays of the same features"});
}

/// Unlabeled samples of the training array and of an array of their own, as one part.
void append(Part& part, Part more, int64_t width) {
  if (part.rows == 0) {
    part = std::move(more);
    return;
  }
  std::vector<float> values(part.values.get(), part.values.get() + part.rows * width);
  values.insert(values.end(), more.values.get(), more.values.get() + more.rows * width);
  part.values = owned(std::move(values));
  part.rows += more.rows;
  part.names.clear();
}

void require_classes(const Read& train, const std::vector<std::string>& classes) {
  if (classes.size() >= 2) return;
  const auto where = train.labels_file.empty() ? train.array.name : train.labels_file.string();
  throw Error(ExitCode::data,
              {where, "labels of two classes at least",
               classes.empty() ? "no label" : "one class, " + in_quotes(classes.front()),
               train.labels_file.empty()
                   ? "put the array as features.npy into a folder, beside labels.csv, or as "
                     "X_train.npy beside y_train.npy"
                   : "label more samples"});
}

/// All arrays of a dataset.
struct Reads {
  Read train;
  std::optional<Read> test, unlabeled;
};

Reads read_all(const ArrayFiles& files) {
  Reads reads{read(files.train, files.train_labels), {}, {}};
  if (!files.test.empty()) reads.test = read(files.test, files.test_labels);
  if (!files.unlabeled.empty()) reads.unlabeled = read(files.unlabeled, {});
  for (const auto* other : {&reads.test, &reads.unlabeled})
    if (*other) require_same_shape(reads.train, **other);
  return reads;
}

void make_parts(const Reads& reads, bool alone, Content& content) {
  const auto& [train, test, unlabeled] = reads;
  const auto numbers = numbers_of(content.classes);
  const auto labeled = train.labels.labeled();
  if (labeled > 0) content.train = part_of(train, true, numbers);
  if (labeled < train.array.rows)
    (alone ? content.test : content.unlabeled) = part_of(train, false, numbers);
  if (test) content.test = test_of(*test, numbers);
  if (unlabeled)
    append(content.unlabeled, part_of(*unlabeled, false, numbers), train.array.width());
}

enum class Use { training, prediction };

Content assemble(const ArrayFiles& files, Use use, const std::vector<float>& fill) {
  auto reads = read_all(files);
  auto& [train, test, unlabeled] = reads;
  const bool for_training = use == Use::training;
  Content content{.shape = train.array.shape};
  std::vector<const Read*> labeled = {&train};
  if (!for_training && test) labeled.push_back(&*test);
  content.classes = classes_of(labeled);
  if (for_training) require_classes(train, content.classes);

  Filler filler(fill);
  if (for_training) filler.learn(train.array);
  filler.complete(train.array);
  for (auto* other : {&test, &unlabeled})
    if (*other) filler.complete((*other)->array);
  make_parts(reads, !for_training && content.classes.empty() && !test && !unlabeled, content);
  if (filler.filled() > 0)
    content.notes.push_back(files.train.parent_path().string() + ": " +
                            counted(filler.filled(), "value is", "values are") +
                            " NaN: the mean of the training column stands for each");
  content.knowledge = filler.knowledge();
  return content;
}

}  // namespace

Content read_arrays(const ArrayFiles& files) {
  auto content = assemble(files, Use::training, {});
  const auto rows = [](const Part& part) { return delimited::grouped(part.rows); };
  content.notes.insert(
      content.notes.begin(),
      files.train.string() + ": " + rows(content.train) + " labeled rows, " +
          rows(content.unlabeled) + " without, " + rows(content.test) + " for the test; " +
          counted(static_cast<int64_t>(content.classes.size()), "class", "classes"));
  return content;
}

Content read_arrays_by(const std::string& knowledge, const ArrayFiles& files) {
  return assemble(files, Use::prediction, fill_from(knowledge));
}

}  // namespace sslhost::table
