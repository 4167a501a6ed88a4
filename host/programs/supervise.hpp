// SPDX-License-Identifier: Apache-2.0
#pragma once

// Runs the worker program and outlives it: signals are passed on, its exit code is ours, and its
// death is explained.

#include <filesystem>
#include <string>
#include <vector>

namespace sslhost::host {

/// Runs worker with arguments until it ends. Returns its exit code; 5 when it died inside a call
/// into a plugin and 70 when it died elsewhere, after a paragraph on stderr; 128+n when the user's
/// signal n ended it. The first SIGINT, SIGTERM, SIGHUP or SIGQUIT is passed on, the second kills.
int run_worker(const std::filesystem::path& worker, const std::vector<std::string>& arguments);

}  // namespace sslhost::host
