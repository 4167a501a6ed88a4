// SPDX-License-Identifier: Apache-2.0
#include "host/config/own_names.hpp"

#include "sslhost/error.hpp"

#include "host/config/settings.hpp"
#include "host/storage/joined.hpp"

namespace sslhost::host {

std::vector<std::string> taken_names(const OptionList& list) {
  Settings settings;
  OptionList host;
  Settings::describe(host, settings);
  std::vector<std::string> texts;
  for (const auto& name : list.names())
    if (host.find(name)) texts.push_back("'" + name + "' is an option of the host");
  return texts;
}

void require_own_names(const std::string& plugin, const OptionList& list) {
  if (const auto taken = taken_names(list); !taken.empty())
    throw Error(ExitCode::plugin,
                {"plugin " + plugin + ", describe()", "option names of its own",
                 joined(taken, "; "), "call it otherwise, " + plugin + "_... for example"});
}

}  // namespace sslhost::host
