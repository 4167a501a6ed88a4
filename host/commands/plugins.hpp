// SPDX-License-Identifier: Apache-2.0
#pragma once

// sslhost plugins: every file of the folders searched, with state and reason.

#include <string>
#include <vector>

namespace sslhost::host {

/// `plugins [list] [--json] [--check]` or `plugins why FILE`, each with --plugin-file and
/// --plugin-dir. Returns the exit code.
int list_plugins(const std::vector<std::string>& arguments);

}  // namespace sslhost::host
