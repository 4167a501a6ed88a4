// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/draft.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "sslhost/error.hpp"

#include "datasets/images/natural_order.hpp"
#include "datasets/images/text.hpp"

namespace sslhost::images {

namespace {

struct ByNaturalOrder {
  bool operator()(std::string_view a, std::string_view b) const { return natural_less(a, b); }
};
using Classes = std::map<std::string_view, int64_t, ByNaturalOrder>;

void add_labels(const std::vector<Sample>& samples, Classes& classes) {
  std::string_view last;  // most neighbors have the same
  for (const auto& sample : samples)
    if (!sample.label.empty() && sample.label.data() != last.data())
      classes.emplace(last = sample.label, 0);
}

[[noreturn]] void fail(const Draft& draft, const std::string& found) {
  throw Error(ExitCode::data,
              {draft.where, "pictures in a folder a class, or labels.csv", found, kHowToLabel});
}

void check_known(const Draft& draft, const std::vector<Sample>& samples, const Classes& classes,
                 const char* part) {
  for (const auto& [file, label] : samples)
    if (!label.empty() && !classes.contains(label))
      throw Error(ExitCode::data,
                  {draft.where, "classes that training images have",
                   in_quotes(label) + " in the " + part + " part only: " + in_quotes(file->name),
                   "correct its name, add training images of it, or take it out"});
}

void check_for_training(const Draft& draft) {
  Classes classes;
  add_labels(draft.train, classes);
  if (classes.empty()) {
    const auto images = static_cast<int64_t>(draft.train.size() + draft.unlabeled.size());
    std::string found = counted(images, "image", "images") + " and no label";
    if (!draft.test.empty()) found += " for training";
    fail(draft, found + (draft.why_not.empty() ? "" : " (" + draft.why_not + ")"));
  }
  if (classes.size() == 1) fail(draft, "one class, " + in_quotes(classes.begin()->first));
  check_known(draft, draft.validation, classes, "validation");
  check_known(draft, draft.test, classes, "test");
}

/// A test part is measured by its labels: samples that have none must not take it from the others.
void leave_out_of_test(Draft& draft) {
  const auto none = [](const Sample& sample) { return sample.label.empty(); };
  const auto all = std::ssize(draft.test), without = std::ranges::count_if(draft.test, none);
  if (without == 0 || without == all) return;
  draft.warnings.push_back(grouped(without) + " of " + grouped(all) + " test images " +
                           (without == 1 ? "has" : "have") + " no label: left out, " +
                           in_quotes(std::ranges::find_if(draft.test, none)->file->name) +
                           (without > 1 ? " and others" : ""));
  for (const auto& sample : draft.test)
    if (none(sample))
      draft.passed_over.push_back({sample.file->name, "a test image without a label"});
  std::erase_if(draft.test, none);
}

std::vector<Entry> entries_of(const std::vector<Sample>& samples, const Classes& classes) {
  std::vector<Entry> entries;
  entries.reserve(samples.size());
  for (const auto& [file, label] : samples)
    entries.push_back({file->path, file->name, label.empty() ? -1 : classes.at(label)});
  std::ranges::sort(entries, natural_less, &Entry::name);
  return entries;
}

}  // namespace

const char* const kHowToLabel =
    "put them into one folder a class, name them cat.1.jpg, dog.1.jpg, write labels.csv with "
    "path,label, or label them in the browser: sslhost label FOLDER";

std::string_view Draft::label(std::string_view name) {
  const auto found = labels.find(name);
  return found != labels.end() ? *found : *labels.emplace(name).first;
}

Listing listing_of(Draft draft, bool for_prediction) {
  if (!for_prediction) {
    check_for_training(draft);
    leave_out_of_test(draft);
  }
  Classes classes;
  for (const auto* part : {&draft.train, &draft.validation, &draft.test})
    add_labels(*part, classes);
  Listing listing;
  for (auto& [name, index] : classes) {
    index = static_cast<int64_t>(listing.classes.size());
    listing.classes.emplace_back(name);
  }
  auto labeled = draft.train;
  labeled.insert(labeled.end(), draft.validation.begin(), draft.validation.end());
  listing.train = entries_of(labeled, classes);
  listing.test = entries_of(draft.test, classes);
  listing.unlabeled = entries_of(draft.unlabeled, classes);
  listing.said = said(draft, listing);
  listing.warnings = std::move(draft.warnings);
  listing.passed_over = std::move(draft.passed_over);
  std::ranges::sort(listing.passed_over, natural_less, &Passed::name);
  return listing;
}

}  // namespace sslhost::images
