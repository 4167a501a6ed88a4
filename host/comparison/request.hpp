// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a comparison is asked for: arms (methods or recipes), numbers of labels, seeds, options that
// are varied and options that all have in common.

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "host/comparison/variation.hpp"

namespace sslhost::host {

struct ComparisonRequest {
  std::vector<std::string> arms;     ///< "vat", "vat/digits", "mine.toml"
  std::string baseline = {};         ///< empty: supervised where it is an arm, else the first
  std::vector<int64_t> labels = {};  ///< empty: that of the baseline
  int64_t seeds = 5;                 ///< 0 to seeds - 1
  std::vector<Variation> varied = {};
  int64_t draws = 0;  ///< of the varied options, at random; 0: all their combinations
  std::vector<std::pair<std::string, std::string>> options = {};  ///< of every arm that has them
  std::vector<std::string> alone = {};         ///< of them, given without a value
  std::vector<std::string> plugin_flags = {};  ///< --plugin-dir and its folder, ...
  std::filesystem::path folder = {};           ///< empty: one by what is compared
};

/// "50,100,250", in ascending order; 0, which takes all there are, is the last. Throws Error
/// (usage) for what is no list of whole numbers, or has one twice.
std::vector<int64_t> parse_labels(const std::string& text);

/// Throws Error (usage): one arm alone, an arm twice, a baseline that is no arm, options that a
/// comparison sets itself.
void check_request(const ComparisonRequest& request);

bool is_recipe(const std::string& arm);

}  // namespace sslhost::host
