// SPDX-License-Identifier: Apache-2.0
#pragma once

// The page: the files of page/, which the build puts into the program.

#include <string>
#include <string_view>

namespace sslhost::host {

struct PageFile {
  std::string_view path;  ///< "/page.css"
  std::string_view type;
  std::string_view content;
};

/// nullptr where the page has no such file.
const PageFile* page_file(const std::string& path);

}  // namespace sslhost::host
