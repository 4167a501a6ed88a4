// SPDX-License-Identifier: Apache-2.0
#pragma once

// What lies in the user's cache: decoded pictures, and features that an encoder made of them. All
// of it can be made again.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sslhost::host {

struct CacheEntry {
  enum class Kind { images, features };
  Kind kind = Kind::images;
  std::filesystem::path path;
  uint64_t bytes = 0;
  std::filesystem::file_time_type used;  ///< last; readers set it
  bool unfinished = false;               ///< being made, or left by a program that was killed
};

const char* to_text(CacheEntry::Kind kind);

/// Of the folder that SSLHOST_CACHE names, say; the longest unused first. What is no entry of these
/// kinds is not looked at.
std::vector<CacheEntry> cache_entries(const std::filesystem::path& cache);

/// False, and nothing done, where a program is making it at this moment. One that reads it keeps
/// what it has open; one that looks for it makes it again. Throws Error (storage) where the system
/// refuses.
bool remove_entry(const CacheEntry& entry);

}  // namespace sslhost::host
