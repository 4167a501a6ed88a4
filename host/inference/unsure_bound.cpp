// SPDX-License-Identifier: Apache-2.0
#include "host/inference/unsure_bound.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace sslhost::host {

namespace {

constexpr size_t kHandful = 10;

/// Two digits that tell: "0.41", "0.0083".
std::string digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2g", value);
  return text;
}

/// Rounded down: what equals the median stays above it.
std::string just_below(double value) {
  const double step = std::pow(10, std::floor(std::log10(value)) - 1);
  return digits(std::floor(value / step) * step);
}

}  // namespace

std::string bound_words(double bound, std::vector<float> likeliest, int64_t classes) {
  if (bound <= 0 || likeliest.size() < kHandful || classes < 2) return "";
  const double guess = 1 / static_cast<double>(classes);
  const auto of_classes = "of " + std::to_string(classes) + " classes ";
  if (bound <= guess)
    return "--unsure " + digits(bound) + " leaves nothing out: " + of_classes +
           "the likeliest always has " + digits(guess) + " or more";
  const auto below = std::ranges::count_if(likeliest, [&](float p) { return p < bound; });
  if (2 * below <= std::ssize(likeliest)) return "";
  const auto middle = likeliest.begin() + std::ssize(likeliest) / 2;
  std::ranges::nth_element(likeliest, middle);
  return "most are below --unsure " + digits(bound) + ": " + of_classes + "a mere guess has " +
         digits(guess) + ", and half of these are above " + just_below(*middle) +
         "; look at some before you choose a lower bound";
}

}  // namespace sslhost::host
