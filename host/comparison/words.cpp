// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/words.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/core.h>

#include "host/storage/joined.hpp"

namespace sslhost::host {

std::string percent(double fraction) { return fmt::format("{:.2f}", 100 * fraction); }
std::string points(double fraction) { return fmt::format("{:+.2f}", 100 * fraction); }

std::string interval_text(const std::optional<Summary>& summary, std::string (*number)(double)) {
  if (!summary || !summary->interval) return {};
  return "[" + number(summary->interval->low) + ", " + number(summary->interval->high) + "]";
}

std::string won_text(const Cell& cell) {
  if (!cell.gain) return {};
  return std::to_string(cell.gain->wins) + " of " + std::to_string(cell.gain->count);
}

std::string grouped(double number) {
  auto text = fmt::format("{:.0f}", number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

std::string megabytes(int64_t bytes) {
  return bytes > 0 ? grouped(static_cast<double>(bytes) / 1e6) : "";
}

std::string seeds_text(const std::vector<int64_t>& seeds) {
  if (seeds.empty()) return "none";
  const auto first = std::to_string(seeds.front()), last = std::to_string(seeds.back());
  const bool gapless = seeds.back() - seeds.front() + 1 == static_cast<int64_t>(seeds.size());
  if (gapless && seeds.size() > 1) return first + " to " + last;
  std::vector<std::string> all;
  for (const auto seed : seeds) all.push_back(std::to_string(seed));
  return joined(all, ", ");
}

std::string in_lines(const std::string& text, std::size_t columns, std::size_t indent) {
  std::istringstream words(text);
  std::string lines;
  std::size_t column = 0;
  for (std::string word; words >> word;) {
    if (column > 0 && column + 1 + word.size() > columns) {
      lines += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > 0) {
      lines += ' ';
      ++column;
    }
    lines += word;
    column += word.size();
  }
  return lines + "\n";
}

ArmCost cost_of(const Analysis& analysis, const std::string& arm) {
  std::vector<double> seconds, images;
  ArmCost cost;
  for (const auto& cell : analysis.cells) {
    if (cell.arm != arm || !cell.error) continue;
    seconds.push_back(cell.seconds);
    if (cell.images_per_second > 0) images.push_back(cell.images_per_second);
    cost.peak_memory = std::max(cost.peak_memory, cell.peak_memory);
    cost.trials = cell.trials;
  }
  if (!seconds.empty()) cost.seconds = summarize(seconds).median;
  if (!images.empty()) cost.images_per_second = summarize(images).median;
  return cost;
}

}  // namespace sslhost::host
