// SPDX-License-Identifier: Apache-2.0
#include "host/validate/legal_settings.hpp"

#include <algorithm>
#include <cmath>

#include "sslhost/training/integers.hpp"

namespace sslhost::host {

namespace {

using random::Integers;

/// Within a factor of four of the default; of a default of 0, up to 1. One in eight is a round
/// number, which may be an end of the range.
double near(double initial, Integers& draws) {
  if (draws.below(8) == 0) return static_cast<double>(draws.below(2));
  if (initial == 0) return draws.unit();
  return initial * std::exp(std::log(4.0) * (2 * draws.unit() - 1));
}

std::optional<OptionValue> candidate(const Option& option, Integers& draws) {
  const auto& initial = option.initial();
  const auto& choices = option.choices();
  if (!choices.empty()) return choices[draws.below(choices.size())];
  if (std::holds_alternative<bool>(initial)) return draws.below(2) == 1;
  if (const auto* n = std::get_if<int64_t>(&initial))
    return static_cast<int64_t>(std::llround(near(static_cast<double>(*n), draws)));
  if (const auto* x = std::get_if<double>(&initial)) return near(*x, draws);
  return std::nullopt;
}

}  // namespace

OptionTexts legal_setting(const OptionList& list, uint64_t seed, int n) {
  constexpr int kTries = 20;
  Integers draws(
      random::mix(random::mix(seed, random::name_key("legal settings")), static_cast<uint64_t>(n)));
  OptionTexts setting;
  for (const auto& option : list.all()) {
    if (draws.below(2) == 0) continue;
    auto tried = option;  // of a const list: what it sets is the described object
    for (int i = 0; i < kTries; ++i) {
      const auto value = candidate(option, draws);
      if (!value) break;
      if (tried.assign(*value)) continue;
      setting.emplace_back(option.name(), sslhost::to_text(*value));
      break;
    }
  }
  return setting;
}

std::string as_flags(const OptionTexts& setting) {
  std::string text;
  for (const auto& [name, value] : setting)
    text += (text.empty() ? "--" : " --") + name + " " + value;
  return text;
}

}  // namespace sslhost::host
