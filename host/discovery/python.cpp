// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/python.hpp"

namespace sslhost::host {

std::string python_of(const std::filesystem::path& programs) {
  // ENVIRONMENT/lib/python3.11/site-packages/sslhost/bin
  const auto packages = programs.parent_path().parent_path();
  const auto python = packages.parent_path().parent_path().parent_path() / "bin" / "python3";
  std::error_code ignored;
  if (packages.filename() == "site-packages" && std::filesystem::exists(python, ignored))
    return python.string();
  return "python3";
}

}  // namespace sslhost::host
