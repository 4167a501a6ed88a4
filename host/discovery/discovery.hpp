// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which plugins there are, from their bytes: every file in the folders searched has a state and a
// reason. Nothing is loaded.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sslhost/record.hpp"

#include "host/discovery/search_path.hpp"
#include "host/discovery/state.hpp"

namespace sslhost::host {

struct Found {
  std::filesystem::path file;
  std::string origin;  ///< which part of the search path
  State state = State::ready;
  std::string reason = {};            ///< empty when ready
  std::optional<Record> record = {};  ///< there when it could be read, ready or not
};

/// "method" or "dataset".
const char* to_text(PluginKind kind);

/// One file: trust and gate 0.
Found inspect(const std::filesystem::path& file, const std::string& origin);

/// Every *.so of the search path, in its order. The first ready one of a kind and id wins, the
/// others are shadowed.
std::vector<Found> scan(const SearchPath& search);

/// The plugin that --plugin or --dataset names, after gates 0 and 1 (search.worker probes it,
/// unless that is empty). Throws Error (plugin): the reason when a file of that id or name exists
/// but cannot be used, or any of --plugin-file cannot; else the nearest ids and the folders
/// searched.
Found find_plugin(PluginKind kind, const std::string& id, const SearchPath& search);

}  // namespace sslhost::host
