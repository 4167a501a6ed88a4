// SPDX-License-Identifier: Apache-2.0
#include "host/commands/front/templates.hpp"

#include <algorithm>

namespace sslhost::host {

namespace {

constexpr Template kTemplates[] = {
#include "templates.inc"
};

}  // namespace

std::vector<Template> templates(std::span<const std::string_view> folders) {
  std::vector<Template> found;
  for (const auto& [path, content] : kTemplates) {
    const auto end = path.find('/');
    if (std::ranges::find(folders, path.substr(0, end)) != folders.end())
      found.push_back({path.substr(end + 1), content});
  }
  return found;
}

}  // namespace sslhost::host
