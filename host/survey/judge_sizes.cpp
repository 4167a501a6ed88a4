// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "host/survey/judge.hpp"
#include "host/survey/words.hpp"

namespace sslhost::host {

namespace {

/// What is not odd: three interquartile ranges from the quartiles at most (the far ones of Tukey's
/// box plot), or a factor from the median that other cameras account for.
struct Usual {
  double least, most, middle;

  /// 0 for what is usual.
  double distance(double value) const {
    return value < least || value > most ? std::abs(value - middle) : 0;
  }
};

/// `values` and `margin` in powers of 2. Not empty.
Usual usual_of(std::vector<double> values, double margin) {
  std::ranges::sort(values);
  const auto at = [&](double part) {
    return values[static_cast<size_t>(part * static_cast<double>(values.size() - 1))];
  };
  const double low = at(0.25), middle = at(0.5), high = at(0.75), reach = 3 * (high - low);
  return {.least = std::min(low - reach, middle - margin),
          .most = std::max(high + reach, middle + margin),
          .middle = middle};
}

double area_of(const PixelSize& size) { return std::log2(static_cast<double>(size.pixels())); }

/// Upright or lying is no matter.
double length_of(const PixelSize& size) {
  return std::abs(std::log2(static_cast<double>(size.width) / static_cast<double>(size.height)));
}

std::string text_of(const PixelSize& size) {
  return std::to_string(size.width) + "x" + std::to_string(size.height);
}

/// Distance and place of each, the farthest first.
std::vector<std::pair<double, size_t>> odd_ones(std::span<const PixelSize> sizes,
                                                const std::vector<size_t>& known) {
  constexpr double kArea = 4;          // 16 times the pixels, or as much fewer
  const double longer = std::log2(3);  // sides of 4:1 among those of 4:3
  std::vector<double> areas, lengths;
  for (const auto i : known) {
    areas.push_back(area_of(sizes[i]));
    lengths.push_back(length_of(sizes[i]));
  }
  const auto area = usual_of(areas, kArea), length = usual_of(lengths, longer);
  std::vector<std::pair<double, size_t>> odd;
  for (const auto i : known) {
    const double far =
        std::max(area.distance(area_of(sizes[i])), length.distance(length_of(sizes[i])));
    if (far > 0) odd.emplace_back(far, i);
  }
  std::ranges::stable_sort(odd, std::greater(), [](const auto& one) { return one.first; });
  return odd;
}

}  // namespace

std::vector<Problem> judge_sizes(const Roster& roster, std::span<const PixelSize> sizes) {
  constexpr size_t kFewest = 10;  // to know what is usual
  constexpr size_t kOneIn = 20;   // more of them are a group, such as those of another camera
  std::vector<size_t> known;
  for (size_t i = 0; i < sizes.size(); ++i)
    if (sizes[i].pixels() > 0) known.push_back(i);
  if (known.size() < kFewest) return {};
  const auto odd = odd_ones(sizes, known);
  if (odd.empty() || odd.size() > std::max<size_t>(1, known.size() / kOneIn)) return {};
  std::ranges::sort(known, {}, [&](size_t i) { return sizes[i].pixels(); });
  Problem problem = {.id = "odd-size", .count = std::ssize(odd)};
  problem.text = counted(problem.count, "picture has", "pictures have") +
                 " an odd size or shape; the median is " + text_of(sizes[known[known.size() / 2]]);
  for (const auto& [far, i] : odd)
    problem.examples.push_back(roster.name(i) + " (" + text_of(sizes[i]) + ")");
  problem.next = "look at them, and take out icons, banners and what else is no such photo";
  return {problem};
}

}  // namespace sslhost::host
