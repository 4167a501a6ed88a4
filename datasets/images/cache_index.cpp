// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/cache_index.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <utility>

namespace sslhost::images {

std::string index_text(size_t pictures, const Outcome& outcome) {
  const auto& [bad, depth] = outcome;
  std::ostringstream text;
  text << kCacheVersion << '\n' << pictures << ' ' << bad.size() << '\n';
  for (auto b : bad) {
    std::replace(b.reason.begin(), b.reason.end(), '\n', ' ');
    text << b.index << (b.passing ? " passing " : " damaged ") << b.reason << '\n';
  }
  if (depth.pictures > 0) text << "16-bit " << depth.pictures << ' ' << depth.most << '\n';
  text << "end\n";
  return text.str();
}

std::optional<Outcome> read_index(std::istream& in, size_t pictures) {
  std::string line;
  size_t all = 0, count = 0;
  if (!std::getline(in, line) || line != kCacheVersion) return std::nullopt;
  if (!std::getline(in, line) || !(std::istringstream(line) >> all >> count) || all != pictures ||
      count > all)
    return std::nullopt;
  std::vector<BadPicture> bad;
  for (size_t i = 0; i < count; ++i) {
    if (!std::getline(in, line)) return std::nullopt;
    BadPicture b = {};
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), b.index);
    if (error != std::errc() || b.index >= all || (!bad.empty() && b.index <= bad.back().index))
      return std::nullopt;
    const auto rest = line.substr(static_cast<size_t>(end - line.data()));
    constexpr size_t kWord = 9;  // " passing " and " damaged "
    b.passing = rest.starts_with(" passing ");
    if (!b.passing && !rest.starts_with(" damaged ")) return std::nullopt;
    b.reason = rest.substr(kWord);
    bad.push_back(std::move(b));
  }
  Depth depth;
  if (!std::getline(in, line)) return std::nullopt;
  if (line.starts_with("16-bit ")) {
    if (!(std::istringstream(line.substr(7)) >> depth.pictures >> depth.most)) return std::nullopt;
    if (!std::getline(in, line)) return std::nullopt;
  }
  return line == "end" ? std::optional(Outcome{std::move(bad), depth}) : std::nullopt;
}

}  // namespace sslhost::images
