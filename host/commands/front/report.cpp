// SPDX-License-Identifier: Apache-2.0
// sslhost report RUN...: finished runs side by side.

#include "sslhost/error.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/front/comparison_request.hpp"
#include "host/comparison/gathered.hpp"
#include "host/storage/durable_folders.hpp"

namespace sslhost::host {

int report_command(const CommandLine& line) {
  if (line.operands.empty())
    throw Error(ExitCode::usage, {"report", "folders of runs", "none", "sslhost report RUN..."});
  auto gathered = gather_runs({line.operands.begin(), line.operands.end()}, line.value("baseline"));
  if (const auto folder = line.value("to"); !folder.empty()) {
    gathered.plan.folder = std::filesystem::absolute(folder).lexically_normal();
    make_durable_folders(gathered.plan.folder);
  }
  show_comparison(gathered.plan, gathered.runs, gathered.warnings, line.has("json"));
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
