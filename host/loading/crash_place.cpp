// SPDX-License-Identifier: Apache-2.0
#include "host/loading/crash_place.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include <string.h>

#include "host/discovery/function_at.hpp"
#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace {

constexpr size_t kMost = 12, kLongest = 100;

struct Place {
  std::string library, function;
};

std::string cut(const std::string& name) {
  return name.size() > kLongest ? name.substr(0, kLongest) + "..." : name;
}

/// The worker may have written anything here before it died.
std::vector<Place> places_of(const MarkerPage& page) {
  std::vector<Place> all;
  const auto most = static_cast<int32_t>(std::size(page.place));
  const auto count = std::clamp(page.places.load(std::memory_order_acquire), 0, most);
  for (const auto& place : std::span(page.place).first(static_cast<size_t>(count))) {
    const std::filesystem::path file(
        std::string(place.file, strnlen(place.file, sizeof place.file)));
    // All but the innermost are where a call returns to, which may be another function's begin.
    const auto offset = place.offset - (all.empty() || place.offset == 0 ? 0 : 1);
    all.push_back({file.filename().string(), cut(function_at(file, offset))});
  }
  return all;
}

bool is_ours(const Place& place) {
  return place.library.starts_with("sslhost-worker") || place.library.starts_with("libsslhost");
}

bool is_the_systems(const Place& place) { return place.library.starts_with("libc.so"); }

/// Of sslhost's own functions that lead to the others, the last is enough.
void leave_callers_out(std::vector<Place>& places) {
  const auto foreign = std::find_if(places.rbegin(), places.rend(), [](const auto& place) {
    return !is_ours(place) && !is_the_systems(place);
  });
  if (foreign == places.rend()) return;
  const auto kept = static_cast<size_t>(places.rend() - foreign) + 1;
  places.resize(std::min(places.size(), kept));
}

}  // namespace

std::string crash_place(const MarkerWatch& marker) {
  auto places = places_of(marker.page());
  std::erase_if(places, [](const auto& p) { return is_the_systems(p) && p.function.empty(); });
  leave_callers_out(places);
  places.resize(std::min(places.size(), kMost));
  std::vector<std::string> lines;
  for (const auto& [library, function] : places)
    lines.push_back(library + ": " + (function.empty() ? "a function without a name" : function));
  return joined(lines, "\n");
}

}  // namespace sslhost::host
