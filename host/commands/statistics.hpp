// SPDX-License-Identifier: Apache-2.0
#pragma once

// sslhost statistics: what a list of numbers says, for scripts, which then need no statistics of
// their own. Not in the help: the form may change with the scripts that use it.

#include <string>
#include <vector>

namespace sslhost::host {

/// Reads a JSON list of finite numbers from stdin, [0.95, 0.97], and prints an object: count,
/// median, mean, standard_deviation, interval ([low, high]; both null for one number) and wins (the
/// numbers above 0). Throws Error (usage) for anything else.
int statistics_command(const std::vector<std::string>& arguments);

}  // namespace sslhost::host
