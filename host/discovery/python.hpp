// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which Python to ask, for its packages and its pip.

#include <filesystem>
#include <string>

namespace sslhost::host {

/// That of the environment which `programs` (the folder of ours) lies in, as pip puts them there:
/// an environment need not be active. Else "python3", to be found in PATH.
std::string python_of(const std::filesystem::path& programs);

}  // namespace sslhost::host
