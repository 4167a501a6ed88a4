// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a shared library says to the system's loader, read from its bytes.

#include <filesystem>
#include <string>
#include <vector>

namespace sslhost::host {

struct LibraryFacts {
  std::vector<std::string> needed;    ///< libraries, as it asks for them
  std::vector<std::string> run_path;  ///< folders, as they are written; one may be empty
  std::vector<std::string> exported;  ///< names of functions and objects that others may use
  std::vector<std::string> unique;    ///< of them, those that all libraries of a process share
};

/// Empty lists where the file is no library.
LibraryFacts library_facts(const std::filesystem::path& file);

}  // namespace sslhost::host
