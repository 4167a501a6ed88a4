// SPDX-License-Identifier: Apache-2.0
#pragma once

// Gate 1: a child process opens a plugin and prints what it is. A plugin that crashes or hangs does
// so there, and is known for it: outcomes are kept in the user's cache folder, by the content of
// the plugin and of our own programs. What may be the fault of the machine or of the environment is
// not kept.

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "host/discovery/state.hpp"

namespace sslhost::host {

struct Probe {
  State state = State::ready;  ///< or crashes, hangs, fails
  std::string reason = {};
  std::string description = {};  ///< JSON (schema.hpp) when ready
};

struct ProbeSettings {
  std::filesystem::path cache = {};  ///< empty: <user cache folder>/probes
  std::chrono::milliseconds limit = std::chrono::seconds(10);
  /// The limit where nothing that these programs loaded is kept yet: LibTorch's libraries, CUDA's
  /// with gigabytes of code for cards, may have to come from a slow disk first.
  std::chrono::milliseconds first_limit = std::chrono::minutes(1);
  bool anew = false;  ///< whatever is kept; and keep what is found now
};

/// From the cache, else by running `worker probe file`.
Probe probe(const std::filesystem::path& file, const std::filesystem::path& worker,
            const ProbeSettings& settings = {});

/// What an earlier probe of this very file found. Nothing is run.
std::optional<Probe> known_probe(const std::filesystem::path& file,
                                 const std::filesystem::path& worker,
                                 const ProbeSettings& settings = {});

/// Removes all outcomes that are kept; returns how many there were. Throws Error (storage).
int forget_probes(const ProbeSettings& settings = {});

}  // namespace sslhost::host
