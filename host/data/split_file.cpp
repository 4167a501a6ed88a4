// SPDX-License-Identifier: Apache-2.0
#include "host/data/split_file.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <unordered_set>
#include <utility>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/log/shell_word.hpp"
#include "host/storage/atomic_file.hpp"
#include "host/storage/joined.hpp"
#include "host/storage/json_field.hpp"

namespace sslhost::host {

namespace {

using nlohmann::ordered_json;
using Draw = SplitRequest::Draw;

/// The first knew no unlabeled part; it is still what a dataset without one gets.
constexpr int64_t kPlain = 1, kWithUnlabeledPart = 2;

SplitRequest read_request(const JsonField& field) {
  SplitRequest r;
  r.seed = field["seed"].seed();
  r.labels = field["labels"].integer(1);
  const std::string draw = field["draw"].text();
  for (const auto known : {Draw::balanced, Draw::random, Draw::medoids, Draw::named})
    if (draw == to_text(known)) r.draw = known;
  if (draw != to_text(r.draw)) field["draw"].fail("balanced, random, medoids or named", draw);
  r.validation = field["validation"].integer(0);
  r.holdout = field["holdout"].integer(0);
  r.unlabeled = field["unlabeled"].integer(-1);
  r.overlap = field["overlap"].boolean();
  return r;
}

using Ids = std::unordered_set<int64_t>;  // sized by the file, not by what it promises

/// `count` ids below `size`, none twice and none in `taken`.
std::vector<int64_t> read_ids(const JsonField& field, int64_t size, int64_t count,
                              const Ids& taken) {
  std::vector<int64_t> ids;
  Ids mine;
  field.each([&](const JsonField& element) {
    const int64_t id = element.integer(0, size - 1);
    if (!mine.insert(id).second) element.fail("every id once", std::to_string(id) + " again");
    if (taken.contains(id)) element.fail("an id without another role", std::to_string(id));
    ids.push_back(id);
  });
  if (static_cast<int64_t>(ids.size()) != count)
    field.fail(std::to_string(count) + " ids, as requested", std::to_string(ids.size()));
  return ids;
}

void read_roles(const JsonField& file, Split& split) {
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
  const int64_t further = split.unlabeled_size;
  split.unlabeled = read_ids(file["unlabeled"], size + further,
                             r.unlabeled < 0 ? rest + further : r.unlabeled, taken);
}

/// Of the labeled samples; a dataset need not have names.
std::vector<std::string> read_names(const JsonField& file, size_t count) {
  std::vector<std::string> names;
  const auto field = file.find("names");
  if (!field) return names;
  field->each([&](const JsonField& name) { names.push_back(name.text()); });
  if (names.size() != count) field->fail("one for each labeled id", std::to_string(names.size()));
  return names;
}

DataContent read_content(const JsonField& file) {
  DataContent content;
  if (const auto hash = file.find("content")) content.hash = hash->text();
  content.changes = read_changes(file.find("changes"));
  return content;
}

ordered_json request_json(const SplitRequest& r) {
  return {{"seed", r.seed},          {"labels", r.labels},
          {"draw", to_text(r.draw)}, {"validation", r.validation},
          {"holdout", r.holdout},    {"unlabeled", r.unlabeled},
          {"overlap", r.overlap}};
}

}  // namespace

void save_split(const std::filesystem::path& path, const Split& split, const std::string& dataset,
                const std::vector<std::string>& classes, const SplitSource& source,
                const DataContent& content) {
  std::vector<int64_t> labels;
  std::vector<std::string> names;
  for (const int64_t id : split.labeled) {
    labels.push_back(source.labels[id]);
    if (!source.names.empty()) names.push_back(source.names[id]);
  }
  ordered_json file = {
      {"format", "sslhost split"},
      {"version", split.unlabeled_size > 0 ? kWithUnlabeledPart : kPlain},
      {"hash", split.hash},
      {"dataset", dataset},
      {"classes", classes},
      {"train_size", split.train_size},
      {"test_size", split.test_size},
  };
  if (split.unlabeled_size > 0) file["unlabeled_size"] = split.unlabeled_size;
  if (!content.hash.empty()) file["content"] = content.hash;
  if (!content.changes.empty()) file["changes"] = to_json(content.changes);
  file["request"] = request_json(split.request);
  file["labeled"] = split.labeled;
  file["labels"] = labels;
  if (!names.empty()) file["names"] = names;
  file["validation"] = split.validation;
  file["test"] = split.test;
  file["unlabeled"] = split.unlabeled;
  std::string text;  // a field a line: readable, and lists of ids do not run down the page
  for (const auto& [key, value] : file.items())
    text += (text.empty() ? "{\n  " : ",\n  ") + ordered_json(key).dump() + ": " + value.dump();
  write_atomic(path, text + "\n}\n");
}

SplitRecord load_split(const std::filesystem::path& path) {
  const JsonFile source = {path, ExitCode::data, "a split file",
                           "use the file as sslhost wrote it, or draw a new split"};
  const auto content = parse_json(source);
  const JsonField file(content, source);
  if (const auto format = file["format"]; format.text() != "sslhost split")
    format.fail("sslhost split", format.text());
  const auto version = file["version"].integer(kPlain, kWithUnlabeledPart);

  SplitRecord record;
  record.dataset = file["dataset"].text();
  file["classes"].each([&](const JsonField& name) { record.classes.push_back(name.text()); });
  Split& split = record.split;
  split.classes = static_cast<int64_t>(record.classes.size());
  split.train_size = file["train_size"].integer(1);
  split.test_size = file["test_size"].integer(0);
  // The sum is a bound of ids, and must be one.
  if (version == kWithUnlabeledPart)
    split.unlabeled_size =
        file["unlabeled_size"].integer(1, std::numeric_limits<int64_t>::max() - split.train_size);
  split.request = read_request(file["request"]);
  read_roles(file, split);
  file["labels"].each([&](const JsonField& label) {
    record.labels.push_back(label.integer(0, split.classes - 1));
  });
  if (record.labels.size() != split.labeled.size())
    file["labels"].fail("one for each labeled id", std::to_string(record.labels.size()));
  record.names = read_names(file, split.labeled.size());
  record.content = read_content(file);
  split.hash = file["hash"].text();
  if (split.hash != split_hash(split)) file["hash"].fail(split_hash(split), split.hash);
  return record;
}

namespace {

/// Those of the labeled samples, which alone the file knows by name, that the dataset has not.
std::vector<std::string> gone(const SplitRecord& record, const SplitSource& source) {
  const std::unordered_set<std::string> there(source.names.begin(), source.names.end());
  std::vector<std::string> names;
  std::ranges::copy_if(record.names, std::back_inserter(names),
                       [&](const std::string& name) { return !there.contains(name); });
  return names;
}

/// Other samples of a part than there were.
[[noreturn]] void fail_for_number(const std::filesystem::path& path, const std::string& part,
                                  int64_t now, int64_t then, const std::vector<std::string>& gone) {
  auto found = std::to_string(now);
  if (!gone.empty())
    found += "; gone are " + listed(gone);
  else if (now < then)
    found += "; which are gone is not known, since the file names labeled samples alone";
  const auto run = path.parent_path() / "config.toml";
  std::error_code ignored;
  const auto anew = std::filesystem::exists(run, ignored)
                        ? "begin a new run with what is there: sslhost --recipe " +
                              shell_word(run.string()) + " --out OTHER"
                        : "draw a new split: leave out --split";
  throw Error(ExitCode::data,
              {path.string(), std::to_string(then) + " " + part + ", as when the split was drawn",
               found, "put the data back as they were, or " + anew});
}

}  // namespace

void check_split_fits(const std::filesystem::path& path, const SplitRecord& record,
                      const std::string& dataset, const SplitSource& source) {
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
  same("classes", source.classes, split.classes);
  const auto same_number = [&](const char* part, int64_t now, int64_t then) {
    if (now != then) fail_for_number(path, part, now, then, gone(record, source));
  };
  same_number("training samples", source.train_size(), split.train_size);
  same_number("test samples", source.test_size, split.test_size);
  same_number("unlabeled samples", source.unlabeled_size, split.unlabeled_size);
  for (size_t i = 0; i < split.labeled.size(); ++i)
    same("labels[" + std::to_string(i) + "]", source.labels[split.labeled[i]], record.labels[i]);
  if (source.names.empty() && !record.names.empty())
    same("names", std::string("none"), std::string("names of the labeled samples"));
  for (size_t i = 0; i < record.names.size(); ++i)
    same("names[" + std::to_string(i) + "]", source.names[split.labeled[i]], record.names[i]);
}

}  // namespace sslhost::host
