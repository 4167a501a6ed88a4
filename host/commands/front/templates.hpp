// SPDX-License-Identifier: Apache-2.0
#pragma once

// The files below templates/, as they were when the program was built.

#include <string_view>
#include <vector>

namespace sslhost::host {

struct Template {
  std::string_view path;  ///< in the folder to be made, with @NAME@ where the plugin's name goes
  std::string_view content;
};

/// Of a "method" or a "dataset".
std::vector<Template> templates(std::string_view kind);

}  // namespace sslhost::host
