// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

namespace sslhost::host {

/// Options' names with their values, as in config.toml.
using RecordedOptions = std::map<std::string, std::string>;

}  // namespace sslhost::host
