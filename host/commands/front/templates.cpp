// SPDX-License-Identifier: Apache-2.0
#include "host/commands/front/templates.hpp"

namespace sslhost::host {

namespace {

constexpr Template kTemplates[] = {
#include "templates.inc"
};

}  // namespace

std::vector<Template> templates(std::string_view kind) {
  std::vector<Template> found;
  for (const auto& [path, content] : kTemplates)
    if (path.starts_with(kind) && path[kind.size()] == '/')
      found.push_back({path.substr(kind.size() + 1), content});
  return found;
}

}  // namespace sslhost::host
