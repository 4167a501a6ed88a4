// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a program tells the system's loader to look for its libraries.

#include <filesystem>
#include <vector>

namespace sslhost::host {

/// The folders of its RUNPATH, $ORIGIN replaced; none where it names none or is no program.
std::vector<std::filesystem::path> run_path(const std::filesystem::path& program);

}  // namespace sslhost::host
