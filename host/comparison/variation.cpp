// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/variation.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include <fmt/core.h>

#include "sslhost/error.hpp"
#include "sslhost/training/integers.hpp"

#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace {

[[noreturn]] void refuse(const std::string& text, const std::string& found) {
  throw Error(
      ExitCode::usage,
      {"--vary " + text, "NAME=A,B,C, or for --random NAME=lin:LOW..HIGH or NAME=log:LOW..HIGH",
       found, "for example --vary epsilon=0.2,0.3"});
}

double bound(const std::string& word, const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size() || !std::isfinite(number))
    refuse(text, "'" + word + "'");
  return number;
}

void read_range(const std::string& range, const std::string& text, Variation& variation) {
  const auto dots = range.find("..");
  if (dots == std::string::npos) refuse(text, "a range without '..'");
  variation.low = bound(range.substr(0, dots), text);
  variation.high = bound(range.substr(dots + 2), text);
  if (variation.low >= variation.high) refuse(text, "a range that is empty");
  if (variation.kind == Variation::Kind::logarithmic && variation.low <= 0)
    refuse(text, "a logarithmic range that does not begin above 0");
}

void read_values(const std::string& list, const std::string& text, Variation& variation) {
  std::istringstream words(list + ",");
  for (std::string word; std::getline(words, word, ',');) {
    if (word.empty()) refuse(text, "a value that is empty");
    const auto& values = variation.values;
    if (std::find(values.begin(), values.end(), word) != values.end())
      refuse(text, word + " twice");
    variation.values.push_back(word);
  }
}

std::string drawn(const Variation& variation, random::Integers& random) {
  const double u = random.unit();
  if (variation.kind == Variation::Kind::values)
    return variation.values[random.below(variation.values.size())];
  const double value =
      variation.kind == Variation::Kind::linear
          ? variation.low + u * (variation.high - variation.low)
          : std::exp(std::log(variation.low) + u * std::log(variation.high / variation.low));
  return fmt::format("{:.3g}", value);
}

std::vector<Variant> drawn_variants(const std::vector<Variation>& varied, int64_t draws) {
  std::vector<Variant> variants;
  for (int64_t draw = 0; draw < draws; ++draw) {
    Variant variant;
    for (const auto& variation : varied) {
      // By its name, so that an option more changes none of the others' draws.
      random::Integers random(
          random::mix(random::name_key(variation.name), static_cast<uint64_t>(draw)));
      variant.emplace_back(variation.name, drawn(variation, random));
    }
    if (std::find(variants.begin(), variants.end(), variant) == variants.end())
      variants.push_back(variant);
  }
  return variants;
}

}  // namespace

Variation parse_variation(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) refuse(text, "no NAME=");
  Variation variation = {.name = text.substr(0, equals)};
  std::replace(variation.name.begin(), variation.name.end(), '-', '_');
  const auto what = text.substr(equals + 1);
  const bool linear = what.starts_with("lin:"), logarithmic = what.starts_with("log:");
  if (linear) variation.kind = Variation::Kind::linear;
  if (logarithmic) variation.kind = Variation::Kind::logarithmic;
  if (linear || logarithmic)
    read_range(what.substr(4), text, variation);
  else
    read_values(what, text, variation);
  return variation;
}

std::vector<Variant> variants_of(const std::vector<Variation>& varied, int64_t draws) {
  if (draws > 0 && !varied.empty()) return drawn_variants(varied, draws);
  std::vector<Variant> variants = {{}};
  for (const auto& variation : varied) {
    std::vector<Variant> longer;
    for (const auto& variant : variants)
      for (const auto& value : variation.values) {
        longer.push_back(variant);
        longer.back().emplace_back(variation.name, value);
      }
    variants = std::move(longer);
  }
  return variants;
}

std::string variant_text(const Variant& variant, const std::string& separator) {
  std::vector<std::string> pairs;
  for (const auto& [name, value] : variant) pairs.push_back(name + "=" + value);
  return joined(pairs, separator);
}

}  // namespace sslhost::host
