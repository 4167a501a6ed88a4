// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "datasets/images/draft.hpp"
#include "datasets/images/text.hpp"

namespace sslhost::images {

namespace {

std::string images(size_t number, const char* kind = "") {
  const auto count = static_cast<int64_t>(number);
  return counted(count, std::string(kind) + "image", std::string(kind) + "images");
}

std::string labeled_part(const Draft& draft, const Listing& listing) {
  std::string text = images(listing.train.size(), "labeled ");
  if (draft.validation.empty()) return text;
  text += ", " + grouped(static_cast<int64_t>(draft.validation.size())) + " of them from ";
  std::string names;
  for (const auto& name : draft.validation_folders)
    names += (names.empty() ? "" : " and ") + in_quotes(name);
  return text + (names.empty() ? "the validation role" : names) +
         " (training samples too: a run draws its own validation part)";
}

std::string test_part(const Listing& listing) {
  const auto without = std::ranges::count(listing.test, -1, &Entry::label);
  std::string text = "test: " + images(listing.test.size());
  if (without == static_cast<int64_t>(listing.test.size())) return text + " without labels";
  return text + (without == 0 ? "" : ", " + grouped(without) + " of them without a label");
}

}  // namespace

std::string said(const Draft& draft, const Listing& listing) {
  std::string text = draft.layout;
  if (!listing.classes.empty())
    text += ", " + counted(static_cast<int64_t>(listing.classes.size()), "class", "classes");
  std::string parts;
  const auto add = [&](const std::string& part) { parts += (parts.empty() ? ": " : "; ") + part; };
  if (!listing.train.empty()) add(labeled_part(draft, listing));
  if (!listing.test.empty()) add(test_part(listing));
  if (!listing.unlabeled.empty() && parts.empty())
    add(images(listing.unlabeled.size()) + " without labels");
  else if (!listing.unlabeled.empty())
    add("unlabeled: " + grouped(static_cast<int64_t>(listing.unlabeled.size())) + " more");
  return text + parts;
}

}  // namespace sslhost::images
