// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "host/survey/judge.hpp"
#include "host/survey/words.hpp"

namespace sslhost::host {

namespace {

// Of 4,000 photos of cats and dogs, at 64x64 pixels: one is darker than 25 (gray levels, of 255),
// the whitest has 69 % white pixels, and the least sharp 0.308; out of focus (a Gaussian of 3
// pixels at 200x200), 19 of 20 are below 0.296.
constexpr float kDark = 25, kWhite = 0.7F, kBlurred = 0.29F;
// What the median photo is where one that is not so is worth a word.
constexpr float kUsuallyBrighter = 50, kUsuallyLessWhite = 0.2F, kUsuallySharper = 0.34F;

float median_of(const std::vector<Quality>& qualities, float Quality::* what) {
  std::vector<float> values;
  for (const auto& quality : qualities) values.push_back(quality.*what);
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// The worst first.
Problem problem_of(const Roster& roster, std::vector<std::pair<float, size_t>> bad) {
  std::ranges::stable_sort(bad, {}, [](const auto& one) { return one.first; });
  Problem problem = {.count = std::ssize(bad)};
  for (const auto& [value, sample] : bad) problem.examples.push_back(roster.name(sample));
  return problem;
}

}  // namespace

std::vector<Problem> judge_quality(const Roster& roster, std::span<const Quality> qualities,
                                   std::span<const size_t> constant) {
  std::vector<Quality> of_many_colors;
  for (size_t i = 0; i < qualities.size(); ++i)
    if (!std::ranges::binary_search(constant, i)) of_many_colors.push_back(qualities[i]);
  if (of_many_colors.empty()) return {};
  const bool bright = median_of(of_many_colors, &Quality::brightness) >= kUsuallyBrighter,
             gray = median_of(of_many_colors, &Quality::white) <= kUsuallyLessWhite,
             sharp = median_of(of_many_colors, &Quality::sharpness) >= kUsuallySharper;
  std::vector<std::pair<float, size_t>> dark, white, blurred;
  for (size_t i = 0; i < qualities.size(); ++i) {
    const auto& quality = qualities[i];
    if (std::ranges::binary_search(constant, i)) continue;
    if (bright && quality.brightness < kDark) dark.emplace_back(quality.brightness, i);
    if (gray && quality.white > kWhite) white.emplace_back(-quality.white, i);
    if (sharp && quality.sharpness < kBlurred) blurred.emplace_back(quality.sharpness, i);
  }
  std::vector<Problem> problems;
  const auto say = [&](std::vector<std::pair<float, size_t>> bad, const char* id,
                       const std::string& what) {
    if (bad.empty()) return;
    auto problem = problem_of(roster, std::move(bad));
    problem.id = id;
    problem.text = counted(problem.count, "picture is ", "pictures are ") + what;
    problem.next = "look at them, and take out what nobody could name";
    problems.push_back(std::move(problem));
  };
  say(std::move(dark), "dark", "nearly black, unlike the others");
  say(std::move(white), "over-exposed", "mostly white, unlike the others");
  say(std::move(blurred), "blurred", "out of focus, unlike the others");
  return problems;
}

}  // namespace sslhost::host
