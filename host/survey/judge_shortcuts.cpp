// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <functional>

#include "host/survey/best_threshold.hpp"
#include "host/survey/judge.hpp"
#include "host/survey/words.hpp"

namespace sslhost::host {

namespace {

/// One number of a picture that says nothing of what it shows.
struct Trait {
  const char* id;
  const char* what;                           ///< "brightness"
  const char* unit;                           ///< behind a threshold
  std::vector<std::vector<double>> of_class;  ///< of the training pictures
};

struct Shortcut {
  size_t label;
  Threshold threshold;
};

std::vector<Trait> traits_of(const Roster& roster, size_t classes,
                             std::span<const Quality> qualities, std::span<const size_t> constant,
                             std::span<const PixelSize> sizes) {
  using Values = std::vector<std::vector<double>>;
  Trait light = {"class-brightness", "brightness", " of 255", Values(classes)},
        size = {"class-size", "the number of pixels", " pixels", Values(classes)};
  for (size_t i = 0; i < roster.size(); ++i) {
    if (roster.part(i) != PartId::training || roster.label(i) < 0) continue;
    const auto label = static_cast<size_t>(roster.label(i));
    if (!qualities.empty() && !std::ranges::binary_search(constant, i))
      light.of_class[label].push_back(static_cast<double>(qualities[i].brightness));
    if (!sizes.empty() && sizes[i].pixels() > 0)
      size.of_class[label].push_back(static_cast<double>(sizes[i].pixels()));
  }
  return {std::move(light), std::move(size)};
}

/// The classes that a threshold tells from all others, the best first; of two classes one.
std::vector<Shortcut> shortcuts_in(const Trait& trait, double most_chance) {
  constexpr size_t kFewest = 10;  // fewer may have been taken on one occasion
  constexpr double kRight = 0.8;  // a smaller difference is one of many that pictures have
  const size_t classes = trait.of_class.size();
  std::vector<double> all;
  for (const auto& values : trait.of_class) all.insert(all.end(), values.begin(), values.end());
  std::ranges::sort(all);
  std::vector<Shortcut> found;
  for (size_t k = 0; k < (classes == 2 ? 1 : classes); ++k) {
    auto ones = trait.of_class[k];
    const auto others = all.size() - ones.size();
    if (ones.size() < kFewest || others < kFewest) continue;
    std::ranges::sort(ones);
    const auto threshold = best_threshold(ones, all);
    if (threshold.accuracy >= kRight &&
        chance_of(threshold.accuracy, std::ssize(ones), static_cast<int64_t>(others)) < most_chance)
      found.push_back({k, threshold});
  }
  std::ranges::stable_sort(found, std::greater(),
                           [](const auto& s) { return s.threshold.accuracy; });
  return found;
}

std::string words_of(const Shortcut& shortcut, const Trait& trait,
                     const std::vector<std::string>& classes) {
  const auto& [at, below, accuracy] = shortcut.threshold;
  return classes[shortcut.label] + (below ? " below " : " above ") + grouped(std::llround(at)) +
         trait.unit + ", " + (classes.size() == 2 ? classes[1] : "the others") +
         (below ? " above: " : " below: ") + std::to_string(std::lround(100 * accuracy)) +
         " % right";
}

}  // namespace

std::vector<Problem> judge_shortcuts(const Roster& roster, const std::vector<std::string>& classes,
                                     std::span<const Quality> qualities,
                                     std::span<const size_t> constant,
                                     std::span<const PixelSize> sizes) {
  constexpr double kMostChance = 0.001;  // of any false alarm, over all classes and traits
  if (classes.size() < 2) return {};
  const auto traits = traits_of(roster, classes.size(), qualities, constant, sizes);
  const auto tests =
      static_cast<double>(traits.size() * (classes.size() == 2 ? 1 : classes.size()));
  std::vector<Problem> problems;
  for (const auto& trait : traits) {
    const auto found = shortcuts_in(trait, kMostChance / tests);
    if (found.empty()) continue;
    Problem problem = {.id = trait.id, .count = std::ssize(found)};
    problem.text =
        std::string(trait.what) + " alone tells " +
        (classes.size() == 2 ? classes[0] + " from " + classes[1]
                             : counted(problem.count, "class", "classes") + " from all others");
    for (const auto& one : found) problem.examples.push_back(words_of(one, trait, classes));
    problem.next =
        "add pictures of each class that were taken as those of the others: a model may learn how "
        "they were taken, and not what they show";
    problems.push_back(std::move(problem));
  }
  return problems;
}

}  // namespace sslhost::host
