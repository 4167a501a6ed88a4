// SPDX-License-Identifier: Apache-2.0
#pragma once

// Options of what is done to images before a method sees them. Needs no LibTorch.

#include <string>
#include <string_view>
#include <vector>

#include "sslhost/options.hpp"

namespace sslhost::host {

struct Preparation {
  std::string weak = "none";
  std::string strong = "weak randaugment cutout";
  std::string mean, std;  ///< one number or one a channel; both empty: as `standardize` says
  enum class Standardize { automatic, yes, no };
  Standardize standardize = Standardize::automatic;  ///< automatic: as the dataset says

  static void describe(OptionList& list, Preparation& v);
  /// Throws Error (usage) for what is wrong whatever the images are.
  void check() const;
  /// `strong` with the words of `weak` in the place of its word "weak". Throws Error (usage) where
  /// `weak` cannot be read.
  std::string strong_words() const;
};

/// The numbers of `mean` or `std`. Throws Error (usage).
std::vector<float> numbers_of(std::string_view option, const std::string& text);

}  // namespace sslhost::host
