// SPDX-License-Identifier: Apache-2.0
#pragma once

// Gate 2: the library is opened, its entry called, and both sides check each other. From here on a
// plugin is code that runs.

#include <filesystem>
#include <memory>

#include "sslhost/plugin.hpp"

#include "host/discovery/discovery.hpp"

namespace sslhost::host {

/// The library itself stays loaded for the rest of the process: types, threads and thread-local
/// objects of it may survive.
struct LoadedPlugin {
  Record record;
  std::filesystem::path file;
  std::unique_ptr<MethodPlugin> method;  ///< one of the two
  std::unique_ptr<DatasetPlugin> dataset;

  Plugin& plugin() const { return method ? static_cast<Plugin&>(*method) : *dataset; }
};

/// Throws Error (plugin) naming the file and the step that failed.
LoadedPlugin load_plugin(const Found& found);

}  // namespace sslhost::host
