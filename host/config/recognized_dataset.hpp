// SPDX-License-Identifier: Apache-2.0
#pragma once

// What kind of data a path names, by asking every dataset plugin that can be used.

#include <set>
#include <string>

#include "host/discovery/search_path.hpp"

namespace sslhost::host {

/// The ids of all plugins that recognize it.
std::set<std::string> datasets_that_recognize(const std::string& data, const SearchPath& search);

/// The id of the plugin that recognizes `data`. Throws Error: data where nothing lies there, usage
/// where no plugin does or several do.
std::string recognized_dataset(const std::string& data, const SearchPath& search);

}  // namespace sslhost::host
