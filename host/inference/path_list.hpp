// SPDX-License-Identifier: Apache-2.0
#pragma once

// A list of paths, as `find` and editors write them.

#include <istream>
#include <string>
#include <vector>

namespace sslhost::host {

/// One a line, with the line ends of any system, empty lines left out; or with a zero byte behind
/// each.
std::vector<std::string> read_path_list(std::istream& in, bool zero_bytes);

}  // namespace sslhost::host
