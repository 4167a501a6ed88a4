// SPDX-License-Identifier: Apache-2.0
#pragma once

// The few flags that the front program answers itself; every other is the worker's, and is checked
// there.

#include <string>
#include <vector>

#include "host/discovery/search_path.hpp"

namespace sslhost::host {

struct FrontFlags {
  bool help = false, version = false, json = false, check = false, all = false;
  std::string method, dataset;  ///< --plugin, --dataset
  PluginFlags plugins;
  std::vector<std::string> words;  ///< what is not a flag
};

enum class OtherFlags { leave, refuse };

/// Throws Error (usage): a flag without its value, and with `refuse` every flag that is not one of
/// these.
FrontFlags parse_front_flags(const std::vector<std::string>& arguments, OtherFlags others);

}  // namespace sslhost::host
