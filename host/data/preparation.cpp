// SPDX-License-Identifier: Apache-2.0
#include "host/data/preparation.hpp"

#include <charconv>
#include <cmath>
#include <sstream>

#include "sslhost/error.hpp"

#include "host/data/augment/words.hpp"

namespace sslhost::host {

void Preparation::describe(OptionList& list, Preparation& v) {
  list.add("weak", v.weak,
           "weak augmentation, of every batch that a method does not ask for otherwise: none, or "
           "words such as \"flip shift:4\" (docs/reference/augmentation.md)");
  list.add("strong", v.strong,
           "strong augmentation, for methods that ask for it; the same words, and \"weak\" for "
           "those "
           "of --weak")
      .source("FixMatch, arXiv 2001.07685, appendix: RandAugment with two operations, then cutout");
  list.choice(
      "standardize", v.standardize,
      {{"auto", Standardize::automatic}, {"true", Standardize::yes}, {"false", Standardize::no}},
      "mean and std, where neither is given, are those of the unlabeled pool; auto: for "
      "pictures of your own");
  list.add("mean", v.mean,
           "subtracted from every image after augmentation: one number, or one for each channel")
      .unit("of pixel values in [0,1]");
  list.add("std", v.std, "by which the result is divided: one number, or one a channel")
      .unit("of pixel values in [0,1]")
      .formerly("deviation");
}

void Preparation::check() const {
  parse_augmentation("weak", weak);
  parse_augmentation("strong", strong_words());
  numbers_of("mean", mean);
  numbers_of("std", std);
}

std::string Preparation::strong_words() const {
  std::istringstream words(strong);
  std::string all;
  for (std::string word; words >> word;) {
    if (word == "weak") word = parse_augmentation("weak", weak).empty() ? "" : weak;
    all += (all.empty() || word.empty() ? "" : " ") + word;
  }
  return all;
}

std::vector<float> numbers_of(std::string_view option, const std::string& text) {
  std::istringstream words(text);
  std::vector<float> numbers;
  const bool positive = option == "std";
  for (std::string word; words >> word;) {
    float value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size() || !std::isfinite(value) ||
        (positive && value <= 0))
      throw Error(ExitCode::usage, {"option " + std::string(option),
                                    positive ? "numbers above 0, separated by blanks"
                                             : "numbers, separated by blanks",
                                    "'" + word + "'", "for example \"0.49 0.48 0.45\""});
    numbers.push_back(value);
  }
  return numbers;
}

}  // namespace sslhost::host
