// SPDX-License-Identifier: Apache-2.0
#pragma once

// The class in the name of a file: cat.12.jpg, dog_7.png, cat12.jpg, american_bulldog_3.jpg.
//
// The name without its extension is cut into words at '.', '_', '-', blanks and parentheses. The
// class is what stands before the first word of digits alone; where there is none, what stands
// before the digits at the end. Not what stands before the first '_': american_bulldog_1 and
// american_pit_bull_1 are two breeds. A number as class, of two digits at most, is taken only
// before one other number and nothing else (7_00012.png): 2024_0105_1.jpg is a date.
//
// Names that cameras, phones and programs give (IMG_0001, DSC_0002, Screenshot 3) have no class.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sslhost::images {

struct NameClass {
  std::string name = {};     ///< empty: none
  std::string why_not = {};  ///< "no number in it"
};

NameClass class_in_name(std::string_view file_name);

/// The class of each file, or why there are none: every name must have one, and there must be 2 to
/// 1,000 classes of at least 2 images each.
struct NameClasses {
  std::vector<std::string> of_file = {};  ///< empty: none
  std::string why_not = {};
};

NameClasses classes_in_names(const std::vector<std::string_view>& file_names);

}  // namespace sslhost::images
