// SPDX-License-Identifier: Apache-2.0
#pragma once

// From a command line to its command's entry, in each of the two programs.

#include <optional>
#include <string>
#include <vector>

namespace sslhost::host {

/// In the front program: the exit code, or nothing when the worker is to answer. Throws Error.
std::optional<int> answer_in_front(const std::vector<std::string>& arguments);

/// In the worker: the exit code. Throws Error.
int run_command(const std::vector<std::string>& arguments);

}  // namespace sslhost::host
