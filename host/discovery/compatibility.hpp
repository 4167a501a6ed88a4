// SPDX-License-Identifier: Apache-2.0
#pragma once

// Gate 0, second half: does what a plugin was built with fit what this host was built with?
// Everything that differs is reported at once, both values, then the one command that mends it.

#include <filesystem>
#include <string>
#include <vector>

#include "sslhost/record.hpp"

namespace sslhost::host {

struct Difference {
  std::string field, plugin, host;
  bool fatal = true;  ///< false: known to work together, worth knowing when something else does not
};

/// How this host was built.
Platform host_platform();

std::vector<Difference> differences(const Platform& plugin, const Platform& host);
bool any_fatal(const std::vector<Difference>& found);

/// "SDK: plugin 0.1, host 0.2; LibTorch: plugin 2.9.0, host 2.11.0"
std::string to_text(const std::vector<Difference>& found);

/// The command that builds the plugin for this host.
std::string rebuild_command(const std::filesystem::path& plugin_file);

}  // namespace sslhost::host
