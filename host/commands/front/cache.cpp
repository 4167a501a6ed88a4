// SPDX-License-Identifier: Apache-2.0
// sslhost cache: what is kept of pictures, and removing it.
#include <cstdio>
#include <ctime>

#include "sslhost/error.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/front/cache_entries.hpp"
#include "host/discovery/user_folders.hpp"
#include "host/log/standard_output.hpp"

namespace sslhost::host {

namespace {

using Clock = std::chrono::file_clock;

/// What was last used later than that is left out.
Clock::time_point bound_of(const CommandLine& line) {
  const auto days = line.number("older-than", 0., 36500., "a number of days from 0 to 36500",
                                "for example --older-than 30");
  return Clock::now() -
         std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(days * 86400));
}

/// "2026-11-29 13:05", in the user's zone.
std::string text_of(Clock::time_point time) {
  const auto seconds = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::seconds>(Clock::to_sys(time)));
  std::tm local = {};
  char text[32] = "?";
  if (localtime_r(&seconds, &local) != nullptr)
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local);
  return text;
}

std::string size_text(uint64_t bytes) {
  char text[32];
  const bool small = bytes < 100'000;
  std::snprintf(text, sizeof text, "%.1f %s", static_cast<double>(bytes) / (small ? 1e3 : 1e6),
                small ? "kB" : "MB");
  return text;
}

void print_row(const CacheEntry& entry) {
  std::printf("%-8s  %12s  %-16s  %s\n", to_text(entry.kind), size_text(entry.bytes).c_str(),
              entry.unfinished ? "unfinished" : text_of(entry.used).c_str(), entry.path.c_str());
}

struct Sum {
  uint64_t entries = 0, bytes = 0;
  void add(const CacheEntry& entry) {
    ++entries;
    bytes += entry.bytes;
  }
  std::string text() const {
    return std::to_string(entries) + (entries == 1 ? " entry, " : " entries, ") + size_text(bytes);
  }
};

void list(const std::vector<CacheEntry>& entries, const std::filesystem::path& cache) {
  Sum sum;
  if (!entries.empty()) std::printf("%-8s  %12s  %-16s  %s\n", "WHAT", "SIZE", "LAST USED", "PATH");
  for (const auto& entry : entries) {
    print_row(entry);
    sum.add(entry);
  }
  std::printf("%s%s in %s%s\n", entries.empty() ? "" : "\n", sum.text().c_str(), cache.c_str(),
              entries.empty() ? ""
                              : "; all of it is made again when it is needed\n"
                                "remove some: sslhost cache --clean --older-than 30");
}

void clean(const std::vector<CacheEntry>& entries, bool only_say) {
  Sum removed, busy;
  for (const auto& entry : entries) {
    if (!only_say && !remove_entry(entry)) {
      busy.add(entry);
      continue;
    }
    print_row(entry);
    removed.add(entry);
  }
  std::printf("%s %s\n", removed.text().c_str(), only_say ? "would be removed" : "removed");
  if (busy.entries > 0) std::printf("%s left: a program is making them\n", busy.text().c_str());
}

}  // namespace

int cache_command(const CommandLine& line) {
  if (!line.operands.empty())
    throw Error(ExitCode::usage, {"sslhost cache", "flags alone", "'" + line.operands.front() + "'",
                                  "see `sslhost cache --help`"});
  if (line.has("dry-run") && !line.has("clean"))
    throw Error(ExitCode::usage,
                {"--dry-run", "--clean beside it", "none", "sslhost cache --clean --dry-run"});
  const auto cache = user_cache_folder();
  if (cache.empty())
    throw Error(ExitCode::storage,
                {"the cache", "a folder for it", "no HOME", "set SSLHOST_CACHE to one"});
  auto entries = cache_entries(cache);
  if (line.has("older-than"))
    std::erase_if(entries, [bound = bound_of(line)](const auto& e) { return e.used > bound; });
  line.has("clean") ? clean(entries, line.has("dry-run")) : list(entries, cache);
  require_written();
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
