// SPDX-License-Identifier: Apache-2.0
#pragma once

// Options that are varied: lists of values, of which all combinations are tried, and ranges, of
// which values are drawn.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sslhost::host {

struct Variation {
  enum class Kind {
    values,       ///< some values
    linear,       ///< any number of a range, all as likely
    logarithmic,  ///< the same of its logarithm
  };
  std::string name = {};  ///< of the option, with underscores
  Kind kind = Kind::values;
  std::vector<std::string> values = {};
  double low = 0, high = 0;  ///< of a range

  bool is_range() const { return kind != Kind::values; }
};

/// "epsilon=0.2,0.3", "learning_rate=log:1e-4..1e-2", "momentum=lin:0.5..0.99". Throws Error
/// (usage).
Variation parse_variation(const std::string& text);

/// Options and their values; none: nothing is varied.
using Variant = std::vector<std::pair<std::string, std::string>>;

/// All combinations, or `draws` > 0 of them at random: draw i is the same however many there are,
/// and drawn numbers have three digits. One empty variant where nothing is varied.
std::vector<Variant> variants_of(const std::vector<Variation>& varied, int64_t draws);

/// "epsilon=0.2 weight=2"; with `separator` between the pairs.
std::string variant_text(const Variant& variant, const std::string& separator = " ");

}  // namespace sslhost::host
