// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a layout found, with labels as names; and the listing made of it, which is where it is
// checked that one can train with it.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/images/tree.hpp"

namespace sslhost::images {

struct Sample {
  const File* file;
  std::string_view label = {};  ///< one of Draft::labels; empty: none
};

struct Draft {
  std::string where;                            ///< the place to name in errors
  std::string layout;                           ///< "a folder a class"
  std::string why_not;                          ///< why file names tell no class; may be empty
  std::vector<std::string> validation_folders;  ///< for what is said
  std::vector<std::string> warnings;
  std::vector<Sample> train, validation, test, unlabeled;
  std::vector<Passed> passed_over;
  std::set<std::string, std::less<>> labels;  // a set never moves what samples point to

  std::string_view label(std::string_view name);
};

/// The one sentence about ways to give labels.
extern const char* const kHowToLabel;

/// Throws Error (data) where training has no labels, one class, or others in validation or test.
Listing listing_of(Draft draft, bool for_prediction);

/// The line that tells what was recognized (said.cpp).
std::string said(const Draft& draft, const Listing& listing);

}  // namespace sslhost::images
