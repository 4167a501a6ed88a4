// SPDX-License-Identifier: Apache-2.0
#pragma once

// The child's side of a probe (probe.hpp): sslhost-worker --probe FILE.

#include <filesystem>

namespace sslhost::host {

/// Loads the plugin and prints its description on stdout, or {"error": {"where", "expected",
/// "found", "next"}}. Whatever the plugin itself prints goes to stderr. Returns the exit code.
int probe_command(const std::filesystem::path& file);

}  // namespace sslhost::host
