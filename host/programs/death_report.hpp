// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the front program says about a worker that ended before its work was done.

#include <filesystem>
#include <string>
#include <vector>

#include "host/loading/call_marker.hpp"

namespace sslhost::host {

/// Prints whose fault it is, from what the worker marked last and `status`, as waitpid() gives it;
/// returns the exit code. `arguments` are those of the command.
int report_death(const std::filesystem::path& worker, const std::vector<std::string>& arguments,
                 const MarkerWatch& marker, int status);

/// The same of a worker that was ended because it stayed in one call for too long (--hang-after).
int report_hang(const MarkerWatch& marker);

}  // namespace sslhost::host
