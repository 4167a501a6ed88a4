// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the front program says about a worker that ended before its work was done.

#include <filesystem>

#include "host/loading/call_marker.hpp"

namespace sslhost::host {

/// Prints whose fault it is, from what the worker marked last and `status`, as waitpid() gives it;
/// returns the exit code.
int report_death(const std::filesystem::path& worker, const MarkerWatch& marker, int status);

}  // namespace sslhost::host
