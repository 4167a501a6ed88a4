// SPDX-License-Identifier: Apache-2.0
// Features instead of pictures: a table of text, or arrays of NumPy.

#include <type_traits>

#include <ATen/ops/from_blob.h>

#include "sslhost/plugin.hpp"

#include "datasets/table/knowledge.hpp"
#include "datasets/table/source.hpp"

namespace sslhost {
namespace {

using table::Header;
using table::Part;
using table::TableFiles;

Samples samples_of(const Part& part, const std::vector<int64_t>& shape) {
  if (part.rows == 0) return {};
  Samples samples;
  // Nobody writes to it; it lives for as long as a tensor looks at it.
  samples.data = at::from_blob(
      const_cast<float*>(part.values.get()), {part.rows, shape[0], shape[1], shape[2]},
      [values = part.values](void*) {}, at::kFloat);
  if (!part.labels.empty())
    samples.labels =
        at::from_blob(const_cast<int64_t*>(part.labels.data()), {part.rows}, at::kLong).clone();
  samples.names = part.names;
  return samples;
}

class Table : public DatasetReader {
 public:
  using Options = table::TableOptions;
  static void describe(OptionList& list, Options& v) {
    list.add("label_column", v.label_column,
             "column of the labels, by its name or its number from 1; empty: the one called label, "
             "class, target or y, else the last one");
    list.add("id_column", v.id_column,
             "column of the rows' names; empty: the one called id, name, path or filename, or a "
             "first one without a name");
    list.add("ignore_columns", v.ignore_columns,
             "columns that are left out, names or numbers with commas between them");
    list.add("category_columns", v.category_columns,
             "columns of numbers that stand for categories, such as codes");
    list.choice("header", v.header,
                {{"auto", Header::automatic}, {"yes", Header::yes}, {"no", Header::no}},
                "whether the first row names the columns");
  }
  explicit Table(const Options& options) : options_(options) {}

  static bool recognizes(const std::string& path) { return table::is_source(path); }

  Dataset load(const std::string& path) override {
    return read(path, [&](const auto& files) {
      if constexpr (std::is_same_v<decltype(files), const TableFiles&>)
        return read_tables(files, options_, reporter());
      else
        return read_arrays(files);
    });
  }

  Dataset load_for_prediction(const std::string& path, IntArrayRef shape) override {
    auto dataset = read(path, [&](const auto& files) {
      if constexpr (std::is_same_v<decltype(files), const TableFiles&>) {
        const auto schema = table::schema_from(knowledge());
        if (!schema) fail_without_schema(path);
        return read_tables_by(*schema, files, options_.header, reporter());
      } else {
        return read_arrays_by(knowledge(), files);
      }
    });
    for (const auto* part : {&dataset.train, &dataset.test, &dataset.unlabeled})
      if (part->size() > 0 && part->data.sizes().slice(1) != shape)
        throw Error(ExitCode::data,
                    {path, "samples of " + text_of(shape) + " values, as the model was trained on",
                     text_of(part->data.sizes().slice(1)), "name data of the model's own kind"});
    return dataset;
  }

 private:
  table::Progress reporter() const {
    return [this](int64_t done, int64_t all) { progress(done, all); };
  }

  static std::string text_of(IntArrayRef shape) {
    std::string text;
    for (const auto length : shape) text += (text.empty() ? "" : " x ") + std::to_string(length);
    return text;
  }

  [[noreturn]] static void fail_without_schema(const std::string& path) {
    throw Error(ExitCode::data, {path, "a model that was trained on a table, and knows its columns",
                                 "one of other data", "name data of the model's own kind"});
  }

  template <class Read>
  static Dataset read(const std::string& path, const Read& read_files) {
    if (path.empty())
      throw Error(ExitCode::usage, {"dataset table", "a table, an array, or a folder with some",
                                    "no --data", "name it with --data"});
    const auto content = std::visit(read_files, table::source_of(path));
    return {.classes = content.classes,
            .train = samples_of(content.train, content.shape),
            .test = samples_of(content.test, content.shape),
            .unlabeled = samples_of(content.unlabeled, content.shape),
            .standardize = true,
            .origin = "features of " + path,
            .licence = "that of the data",
            .notes = content.notes,
            .warnings = content.warnings,
            .knowledge = content.knowledge};
  }

  Options options_;
};

}  // namespace
}  // namespace sslhost

SSLHOST_DATASET(sslhost::Table, "table", "0.1.0",
                "Features of your own: a table (CSV, TSV) or arrays of NumPy (.npy)")
