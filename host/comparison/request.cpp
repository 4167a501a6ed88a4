// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/request.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace {

constexpr const char* kHelp = "sslhost compare --help";

int64_t label_count(const std::string& word, const std::string& text) {
  int64_t n = -1;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), n);
  if (error != std::errc() || end != word.data() + word.size() || n < 0)
    throw Error(ExitCode::usage,
                {"--labels", "numbers of labels with commas between them, such as 50,100,250",
                 "'" + word + "' in '" + text + "'", kHelp});
  return n;
}

/// Options that a comparison sets for each run, and what to say instead.
constexpr std::pair<const char*, const char*> kOurs[] = {
    {"plugin", "name methods as words: sslhost compare vat supervised"},
    {"recipe", "name recipes as words: sslhost compare vat/digits supervised/digits"},
    {"seed", "--seeds N compares seeds 0 to N - 1"},
    {"resume", "the same command goes on with what was stopped"}};

void check_options(const ComparisonRequest& request) {
  for (const auto& [name, value] : request.options)
    for (const auto& [ours, instead] : kOurs)
      if (name == ours)
        throw Error(ExitCode::usage, {"--" + name, "options that all runs have in common",
                                      "one of single runs", instead});
}

void check_baseline(const ComparisonRequest& request) {
  const auto& arms = request.arms;
  if (request.baseline.empty() ||
      std::find(arms.begin(), arms.end(), request.baseline) != arms.end())
    return;
  throw Error(ExitCode::usage,
              {"--baseline", "one of " + joined(arms, ", "),
               "'" + request.baseline + "'" + did_you_mean(request.baseline, arms), kHelp});
}

}  // namespace

bool is_recipe(const std::string& arm) {
  return arm.find('/') != std::string::npos || arm.ends_with(".toml");
}

std::vector<int64_t> parse_labels(const std::string& text) {
  std::vector<int64_t> labels;
  std::istringstream words(text + ",");
  for (std::string word; std::getline(words, word, ',');) {
    const auto n = label_count(word, text);
    if (std::find(labels.begin(), labels.end(), n) != labels.end())
      throw Error(ExitCode::usage,
                  {"--labels", "each number once", std::to_string(n) + " twice", kHelp});
    labels.push_back(n);
  }
  std::sort(labels.begin(), labels.end(),
            [](int64_t a, int64_t b) { return a != 0 && (b == 0 || a < b); });
  return labels;
}

void check_request(const ComparisonRequest& request) {
  const auto& arms = request.arms;
  if (arms.empty() || (arms.size() == 1 && request.varied.empty()))
    throw Error(
        ExitCode::usage,
        {"compare", "two methods or recipes, or one whose options are varied",
         arms.empty() ? "none" : arms.front() + " alone",
         "sslhost compare " + (arms.empty() ? std::string("vat") : arms.front()) + " supervised"});
  for (const auto& arm : arms)
    if (std::count(arms.begin(), arms.end(), arm) > 1)
      throw Error(ExitCode::usage, {"compare", "each method or recipe once", arm + " twice",
                                    "seeds repeat a run: --seeds N"});
  check_baseline(request);
  check_options(request);
  for (const auto& variation : request.varied) {
    const auto same = [&](const Variation& other) { return other.name == variation.name; };
    if (std::count_if(request.varied.begin(), request.varied.end(), same) > 1)
      throw Error(ExitCode::usage, {"--vary", "each option once", variation.name + " twice",
                                    "give all its values together: a,b,c"});
    if (variation.is_range() && request.draws == 0)
      throw Error(ExitCode::usage, {"--vary " + variation.name, "a number of draws from the range",
                                    "none", "--random N, or values: a,b,c"});
  }
  if (request.draws > 0 && request.varied.empty())
    throw Error(ExitCode::usage,
                {"--random", "options to draw", "none", "--vary NAME=log:LOW..HIGH"});
}

}  // namespace sslhost::host
