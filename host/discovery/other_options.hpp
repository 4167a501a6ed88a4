// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which plugins have an option of a given name: for the error about one that the chosen plugin does
// not have.

#include <map>
#include <string>
#include <vector>

#include "host/discovery/probe.hpp"
#include "host/discovery/search_path.hpp"

namespace sslhost::host {

/// Option name -> "method vat", "dataset rings", ...; of the usable plugins whose probes are
/// already in the cache. Nothing is loaded or run.
std::map<std::string, std::vector<std::string>> options_of_plugins(
    const SearchPath& search, const ProbeSettings& settings = {});

}  // namespace sslhost::host
