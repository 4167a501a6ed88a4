// SPDX-License-Identifier: Apache-2.0
#include "host/loading/describe.hpp"

#include "host/discovery/option_problems.hpp"
#include "host/loading/guard.hpp"
#include "host/storage/joined.hpp"

namespace sslhost::host {

void describe(const LoadedPlugin& plugin, OptionList& list) {
  const std::string id = plugin.record.id;
  guarded(id, "describe", -1, [&] { plugin.plugin().describe(list); });
  const auto problems = option_problems(list);
  if (problems.empty()) return;
  throw Error(ExitCode::plugin,
              {"plugin " + id + ", describe()", "options that flags can set and recipes can hold",
               joined(problems, "; "), "describe them otherwise"});
}

}  // namespace sslhost::host
