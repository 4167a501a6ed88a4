// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/name_classes.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <utility>

#include "datasets/images/text.hpp"

namespace sslhost::images {

namespace {

constexpr std::string_view kJoints = "._-() ";
constexpr std::string_view kDigits = "0123456789";
constexpr int64_t kMostClasses = 1000, kFewestImages = 2;

// The first words of names that cameras, phones and programs give. In order, for the search.
constexpr std::string_view kGiven[] = {
    "burst",   "capture",  "cimg", "copy",     "dcim",  "dji",    "download",   "dsc",
    "dscf",    "dscn",     "fb",   "file",     "frame", "gopr",   "image",      "images",
    "imag",    "img",      "imgp", "mvimg",    "p",     "pano",   "photo",      "photos",
    "pic",     "picture",  "pict", "pxl",      "scan",  "screen", "screenshot", "snapshot",
    "unnamed", "untitled", "vid",  "whatsapp", "wp"};

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of(kDigits) == std::string_view::npos;
}

/// Without the extension: up to five letters and digits behind the last dot, not digits alone.
std::string_view stem_of(std::string_view name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return name;
  const auto extension = name.substr(dot + 1);
  if (extension.empty() || extension.size() > 5 || is_number(extension) ||
      extension.find_first_of(kJoints) != std::string_view::npos)
    return name;
  return name.substr(0, dot);
}

struct Word {
  std::string_view text;
  size_t at;
};

std::vector<Word> words_of(std::string_view stem) {
  std::vector<Word> words;
  for (size_t at = 0; (at = stem.find_first_not_of(kJoints, at)) != std::string_view::npos;) {
    const size_t end = std::min(stem.find_first_of(kJoints, at), stem.size());
    words.push_back({stem.substr(at, end - at), at});
    at = end;
  }
  return words;
}

std::string_view without_joints_behind(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kJoints) + 1);
}

bool is_given_by_camera(std::string_view name) {
  const auto first = words_of(name).front().text;
  const auto letters = lower(first.substr(0, first.find_first_of(kDigits)));
  return std::ranges::find(kGiven, letters) != std::end(kGiven);
}

}  // namespace

NameClass class_in_name(std::string_view file_name) {
  const auto stem = stem_of(file_name);
  const auto words = words_of(stem);
  const auto number =
      std::ranges::find_if(words, [](const Word& word) { return is_number(word.text); });
  std::string_view name;
  if (number == words.end()) {
    const size_t last = stem.find_last_not_of(kDigits);
    if (words.empty() || last + 1 == stem.size())
      return {{}, "no number in it, or none at its end"};
    name = without_joints_behind(stem.substr(0, last + 1));
  } else if (number == words.begin()) {
    const bool two = words.size() == 2 && is_number(words[1].text) && words[0].text.size() <= 2;
    if (!two) return {{}, "nothing before the number"};
    return {std::string(words[0].text)};
  } else {
    name = without_joints_behind(stem.substr(0, number->at));
  }
  name.remove_prefix(std::min(name.find_first_not_of(kJoints), name.size()));
  if (name.empty()) return {{}, "nothing before the number"};
  if (is_given_by_camera(name)) return {{}, "such names cameras and programs give"};
  return {std::string(name)};
}

NameClasses classes_in_names(const std::vector<std::string_view>& file_names) {
  NameClasses found;
  std::map<std::string, int64_t> counts;
  for (const auto& file : file_names) {
    auto [name, why_not] = class_in_name(file);
    if (name.empty()) return {{}, in_quotes(file) + " tells no class: " + why_not};
    ++counts[name];
    found.of_file.push_back(std::move(name));
  }
  const auto classes = static_cast<int64_t>(counts.size());
  if (classes < 2)
    return {{}, classes == 0 ? "no image" : "all are named " + in_quotes(counts.begin()->first)};
  if (classes > kMostClasses)
    return {{}, "their names would make " + grouped(classes) + " classes, 1,000 at most"};
  for (const auto& [name, count] : counts)
    if (count < kFewestImages) return {{}, "only one is named " + in_quotes(name)};
  return found;
}

}  // namespace sslhost::images
