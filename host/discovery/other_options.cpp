// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/other_options.hpp"

#include <nlohmann/json.hpp>

#include "host/discovery/discovery.hpp"

namespace sslhost::host {

std::map<std::string, std::vector<std::string>> options_of_plugins(const SearchPath& search,
                                                                   const ProbeSettings& settings) {
  std::map<std::string, std::vector<std::string>> owners;
  for (const auto& found : scan(search)) {
    if (found.state != State::ready) continue;
    const auto known = known_probe(found.file, search.worker, settings);
    if (!known || known->state != State::ready) continue;
    const auto said = nlohmann::json::parse(known->description, nullptr, false);
    if (!said.is_object() || !said.contains("options") || !said["options"].is_array()) continue;
    const auto owner = std::string(to_text(found.record->kind)) + " " + found.record->id;
    for (const auto& option : said["options"])
      if (option.is_object() && option.value("name", nlohmann::json()).is_string())
        owners[option["name"].get<std::string>()].push_back(owner);
  }
  return owners;
}

}  // namespace sslhost::host
