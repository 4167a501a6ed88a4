// SPDX-License-Identifier: Apache-2.0
// Points from a CSV file: a header line, then name,part,x,y,label, where part is train, test or
// unlabeled, and a label may be empty.

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include <ATen/ops/tensor.h>

#include "sslhost/original_sizes.hpp"
#include "sslhost/plugin.hpp"

namespace {

using namespace sslhost;

struct Rows {
  std::vector<float> values;
  std::vector<int64_t> labels;
  std::vector<std::string> names;

  Samples samples() const {
    if (names.empty()) return {};
    const auto count = static_cast<int64_t>(names.size());
    Samples part{at::tensor(values, at::kFloat).view({count, 2, 1, 1}), {}, names};
    if (!labels.empty()) part.labels = at::tensor(labels, at::kLong);
    return part;
  }
};

class CsvPoints final : public DatasetReader, public OriginalSizes {
 public:
  struct Options {
    std::string classes = "red blue";
    double factor = 1;
    int64_t forgotten_sizes = 0;
  };
  static void describe(OptionList& list, Options& v) {
    list.add("classes", v.classes, "names of the classes, in label order, separated by blanks");
    list.add("factor", v.factor, "by which both coordinates are multiplied");
    list.add("forgotten_sizes", v.forgotten_sizes, "samples of which no original size is said");
  }
  explicit CsvPoints(const Options& options) : options_(options) {
    std::istringstream words(options.classes);
    for (std::string word; words >> word;) classes_.push_back(word);
  }

  Dataset load(const std::string& path) override {
    std::ifstream file(path);
    if (!file) throw Error(ExitCode::data, {path, "a CSV file", "none", "name one with --data"});
    points_ = 0;
    std::map<std::string, Rows> parts;
    std::string line;
    std::getline(file, line);
    for (int64_t number = 2; std::getline(file, line); ++number)
      add(line, path + ", line " + std::to_string(number), parts);
    return {.classes = classes_,
            .train = parts["train"].samples(),
            .test = parts["test"].samples(),
            .unlabeled = parts["unlabeled"].samples(),
            .origin = "made up",
            .licence = "none needed"};
  }

  std::vector<PixelSize> original_sizes() override {
    return std::vector<PixelSize>(static_cast<size_t>(points_ - options_.forgotten_sizes));
  }

 private:
  void add(const std::string& line, const std::string& where, std::map<std::string, Rows>& parts) {
    std::istringstream fields(line);
    std::string name, part, x, y, label;
    std::getline(fields, name, ',');
    std::getline(fields, part, ',');
    std::getline(fields, x, ',');
    std::getline(fields, y, ',');
    std::getline(fields, label, ',');
    ++points_;
    auto& rows = parts[part];
    rows.names.push_back(name);
    for (const auto& value : {x, y})
      rows.values.push_back(static_cast<float>(options_.factor) * std::stof(value));
    if (label.empty()) return;
    const auto found = std::find(classes_.begin(), classes_.end(), label);
    if (found == classes_.end())
      throw Error(ExitCode::data, {where, "one of the classes", "'" + label + "'", "mend it"});
    rows.labels.push_back(found - classes_.begin());
  }

  Options options_;
  std::vector<std::string> classes_;
  int64_t points_ = 0;
};

}  // namespace

SSLHOST_DATASET(CsvPoints, "csv-points", "1.0", "Points with names from a CSV file")
