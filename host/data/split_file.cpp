// SPDX-License-Identifier: Apache-2.0
#include "host/data/split_file.hpp"

#include <fstream>
#include <limits>
#include <sstream>
#include <unordered_set>
#include <utility>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/storage/atomic_file.hpp"

namespace sslhost::host {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using Draw = SplitRequest::Draw;

constexpr int64_t kFormat = 1;

/// One field, with its full name for errors: split.json, "request.labels".
class Field {
 public:
  Field(const json& value, std::string file, std::string name)
      : value_(value), file_(std::move(file)), name_(std::move(name)) {}

  [[noreturn]] void fail(std::string expected, std::string found) const {
    const std::string where = name_.empty() ? file_ : file_ + ", field " + name_;
    throw Error(ExitCode::data, {where, std::move(expected), std::move(found),
                                 "use the file as sslhost wrote it, or draw a new split"});
  }

  Field operator[](const std::string& key) const {
    if (!value_.is_object()) fail("an object", value_.type_name());
    const std::string name = name_.empty() ? key : name_ + "." + key;
    const auto found = value_.find(key);
    if (found == value_.end()) Field(value_, file_, name).fail("a value", "no such field");
    return Field(*found, file_, name);
  }

  int64_t integer(int64_t least, int64_t most = std::numeric_limits<int64_t>::max()) const {
    const bool fits = value_.is_number_integer() &&
                      (!value_.is_number_unsigned() || value_.get<uint64_t>() <= uint64_t(most));
    if (!fits || value_.get<int64_t>() < least || value_.get<int64_t>() > most)
      fail("an integer from " + std::to_string(least) + " to " + std::to_string(most), shown());
    return value_.get<int64_t>();
  }
  uint64_t seed() const {
    if (!value_.is_number_unsigned()) fail("an integer from 0 to 2^64 - 1", shown());
    return value_.get<uint64_t>();
  }
  bool boolean() const {
    if (!value_.is_boolean()) fail("true or false", shown());
    return value_.get<bool>();
  }
  std::string text() const {
    if (!value_.is_string()) fail("a text", shown());
    return value_.get<std::string>();
  }
  /// fn(element) for each element of a list.
  template <class Fn>
  void each(Fn fn) const {
    if (!value_.is_array()) fail("a list", value_.type_name());
    for (size_t i = 0; i < value_.size(); ++i)
      fn(Field(value_[i], file_, name_ + "[" + std::to_string(i) + "]"));
  }

 private:
  /// The value as far as it fits into a line.
  std::string shown() const {
    if (value_.is_structured()) return value_.type_name();
    const std::string text = value_.dump(-1, ' ', false, json::error_handler_t::replace);
    return text.size() <= 60 ? text : text.substr(0, 60) + "...";
  }

  const json& value_;
  std::string file_, name_;
};

json parse(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const Error::Parts unreadable = {path.string(), "a readable split file", "none",
                                   "check its path"};
  if (!file) throw Error(ExitCode::data, unreadable);
  try {
    return json::parse(file);
  } catch (const std::ios_base::failure&) {  // a folder, for one
    throw Error(ExitCode::data, unreadable);
  } catch (const json::parse_error& e) {
    throw Error(ExitCode::data,
                {path.string() + ", byte " + std::to_string(e.byte), "JSON", e.what(),
                 "use the file as sslhost wrote it, or draw a new split"});
  }
}

SplitRequest read_request(const Field& field) {
  SplitRequest r;
  r.seed = field["seed"].seed();
  r.labels = field["labels"].integer(1);
  const std::string draw = field["draw"].text();
  r.draw = draw == to_text(Draw::random) ? Draw::random : Draw::balanced;
  if (draw != to_text(r.draw)) field["draw"].fail("balanced or random", draw);
  r.validation = field["validation"].integer(0);
  r.holdout = field["holdout"].integer(0);
  r.unlabeled = field["unlabeled"].integer(-1);
  r.overlap = field["overlap"].boolean();
  return r;
}

using Ids = std::unordered_set<int64_t>;  // sized by the file, not by what it promises

/// `count` ids below `size`, none twice and none in `taken`.
std::vector<int64_t> read_ids(const Field& field, int64_t size, int64_t count, const Ids& taken) {
  std::vector<int64_t> ids;
  Ids mine;
  field.each([&](const Field& element) {
    const int64_t id = element.integer(0, size - 1);
    if (!mine.insert(id).second) element.fail("every id once", std::to_string(id) + " again");
    if (taken.contains(id)) element.fail("an id without another role", std::to_string(id));
    ids.push_back(id);
  });
  if (static_cast<int64_t>(ids.size()) != count)
    field.fail(std::to_string(count) + " ids, as requested", std::to_string(ids.size()));
  return ids;
}

void read_roles(const Field& file, Split& split) {
  const SplitRequest& r = split.request;
  const int64_t size = split.train_size;
  Ids taken;
  const auto take = [&](const std::vector<int64_t>& ids) { taken.insert(ids.begin(), ids.end()); };
  split.test_from_training = r.holdout > 0;
  if (split.test_from_training) {
    split.test = read_ids(file["test"], size, r.holdout, taken);
    take(split.test);
  } else {
    split.test = read_ids(file["test"], split.test_size, split.test_size, taken);
  }
  split.validation = read_ids(file["validation"], size, r.validation, taken);
  take(split.validation);
  split.labeled = read_ids(file["labeled"], size, r.labels, taken);
  if (!r.overlap) take(split.labeled);
  const int64_t rest = size - static_cast<int64_t>(taken.size());
  split.unlabeled = read_ids(file["unlabeled"], size, r.unlabeled < 0 ? rest : r.unlabeled, taken);
}

ordered_json request_json(const SplitRequest& r) {
  return {{"seed", r.seed},          {"labels", r.labels},
          {"draw", to_text(r.draw)}, {"validation", r.validation},
          {"holdout", r.holdout},    {"unlabeled", r.unlabeled},
          {"overlap", r.overlap}};
}

}  // namespace

void save_split(const std::filesystem::path& path, const Split& split, const std::string& dataset,
                const std::vector<std::string>& classes, std::span<const int64_t> train_labels) {
  std::vector<int64_t> labels;
  for (const int64_t id : split.labeled) labels.push_back(train_labels[id]);
  const ordered_json file = {
      {"format", "sslhost split"},
      {"version", kFormat},
      {"hash", split.hash},
      {"dataset", dataset},
      {"classes", classes},
      {"train_size", split.train_size},
      {"test_size", split.test_size},
      {"request", request_json(split.request)},
      {"labeled", split.labeled},
      {"labels", labels},
      {"validation", split.validation},
      {"test", split.test},
      {"unlabeled", split.unlabeled},
  };
  std::string text;  // a field a line: readable, and lists of ids do not run down the page
  for (const auto& [key, value] : file.items())
    text += (text.empty() ? "{\n  " : ",\n  ") + json(key).dump() + ": " + value.dump();
  write_atomic(path, text + "\n}\n");
}

SplitRecord load_split(const std::filesystem::path& path) {
  const json content = parse(path);
  const Field file(content, path.string(), "");
  if (const auto format = file["format"]; format.text() != "sslhost split")
    format.fail("sslhost split", format.text());
  file["version"].integer(kFormat, kFormat);

  SplitRecord record;
  record.dataset = file["dataset"].text();
  file["classes"].each([&](const Field& name) { record.classes.push_back(name.text()); });
  Split& split = record.split;
  split.classes = static_cast<int64_t>(record.classes.size());
  split.train_size = file["train_size"].integer(1);
  split.test_size = file["test_size"].integer(0);
  split.request = read_request(file["request"]);
  read_roles(file, split);
  file["labels"].each(
      [&](const Field& label) { record.labels.push_back(label.integer(0, split.classes - 1)); });
  if (record.labels.size() != split.labeled.size())
    file["labels"].fail("one for each labeled id", std::to_string(record.labels.size()));
  split.hash = file["hash"].text();
  if (split.hash != split_hash(split)) file["hash"].fail(split_hash(split), split.hash);
  return record;
}

void check_split_fits(const std::filesystem::path& path, const SplitRecord& record,
                      const std::string& dataset, int64_t classes,
                      std::span<const int64_t> train_labels, int64_t test_size) {
  const auto same = [&](const std::string& field, const auto& in_dataset, const auto& in_file) {
    if (in_dataset == in_file) return;
    std::ostringstream expected, found;
    expected << in_dataset << ", as in the dataset";
    found << in_file;
    throw Error(ExitCode::data,
                {path.string() + ", field " + field, expected.str(), found.str(),
                 "give the dataset that the split was drawn from, or draw a new split"});
  };
  const Split& split = record.split;
  same("dataset", dataset, record.dataset);
  same("classes", classes, split.classes);
  same("train_size", static_cast<int64_t>(train_labels.size()), split.train_size);
  same("test_size", test_size, split.test_size);
  for (size_t i = 0; i < split.labeled.size(); ++i)
    same("labels[" + std::to_string(i) + "]", train_labels[split.labeled[i]], record.labels[i]);
}

}  // namespace sslhost::host
