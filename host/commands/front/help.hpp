// SPDX-License-Identifier: Apache-2.0
#pragma once

// The texts of --help. A plugin's part is made from its probed description
// (host/discovery/schema.hpp), so nothing is loaded.

#include <string>

namespace sslhost::host {

/// The overview: commands, the flags that every training command has, examples.
std::string program_help();
/// One command. Throws Error (usage) for an unknown one.
std::string command_help(const std::string& command);
/// The options of a method or dataset: flag, default, range or choices, unit, meaning, source.
std::string plugin_help(const std::string& description);

/// The host's own options, which stand beside those of every method.
std::string host_options_help();

}  // namespace sslhost::host
