// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/run_path.hpp"

#include <string_view>

#include "host/discovery/library_facts.hpp"

namespace sslhost::host {

std::vector<std::filesystem::path> run_path(const std::filesystem::path& program) {
  constexpr std::string_view kOrigin = "$ORIGIN";
  std::vector<std::filesystem::path> all;
  for (auto folder : library_facts(program).run_path) {
    if (folder.starts_with(kOrigin))
      folder.replace(0, kOrigin.size(), program.parent_path().string());
    all.emplace_back(folder);
  }
  return all;
}

}  // namespace sslhost::host
