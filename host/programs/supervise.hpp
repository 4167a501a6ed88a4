// SPDX-License-Identifier: Apache-2.0
#pragma once

// Runs the worker program and outlives it: signals are passed on, its exit code is ours, and its
// death is explained.

#include <filesystem>
#include <string>
#include <vector>

namespace sslhost::host {

/// Runs worker with arguments until it ends. Returns its exit code; 5 when it crashed inside a call
/// into a plugin and 70 when it crashed elsewhere, after a paragraph on stderr; 128+n when a signal
/// n from outside ended it. The first SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU, SIGUSR1 or SIGUSR2
/// is passed on; a second one of the first four kills.
int run_worker(const std::filesystem::path& worker, const std::vector<std::string>& arguments);

}  // namespace sslhost::host
