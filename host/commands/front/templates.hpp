// SPDX-License-Identifier: Apache-2.0
#pragma once

// The files below templates/, as they were when the program was built.

#include <span>
#include <string_view>
#include <vector>

namespace sslhost::host {

struct Template {
  std::string_view path;  ///< in the folder to be made, with @NAME@ where the plugin's name goes
  std::string_view content;
};

/// Those of such folders.
std::vector<Template> templates(std::span<const std::string_view> folders);

}  // namespace sslhost::host
