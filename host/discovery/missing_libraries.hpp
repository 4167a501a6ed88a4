// SPDX-License-Identifier: Apache-2.0
#pragma once

// Why the system's loader does not start a program.

#include <filesystem>
#include <string>
#include <vector>

namespace sslhost::host {

struct MissingLibraries {
  std::vector<std::string> names;      ///< as the program asks for them
  std::vector<std::string> looked_in;  ///< folders that the program names, besides the system's
};

/// Asks the loader, as ldd does; nothing of the program runs. No names: nothing is missing, or the
/// loader cannot say.
MissingLibraries missing_libraries(const std::filesystem::path& program);

}  // namespace sslhost::host
