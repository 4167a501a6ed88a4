// SPDX-License-Identifier: Apache-2.0
#pragma once

// The worker's commands: train (also --resume), predict, config.

#include <string>
#include <vector>

namespace sslhost::host {

/// Returns the exit code; throws Error.
int run_command(const std::vector<std::string>& arguments);

}  // namespace sslhost::host
