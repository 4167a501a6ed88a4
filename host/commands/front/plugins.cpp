// SPDX-License-Identifier: Apache-2.0
// sslhost plugins: every file of the folders searched, with state and reason.

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

#include "host/commands/entries.hpp"
#include "host/discovery/compatibility.hpp"
#include "host/discovery/discovery.hpp"
#include "host/discovery/probe.hpp"
#include "host/discovery/trust.hpp"

namespace sslhost::host {

namespace {

using nlohmann::ordered_json;
using Row = std::vector<std::string>;

/// A file that passes gate 0 is what its probe found; one that was never probed is ready as far as
/// its bytes tell.
void add_probes(std::vector<Found>& all, const SearchPath& search, bool run_them) {
  if (search.worker.empty()) return;
  for (auto& found : all) {
    if (found.state != State::ready) continue;
    const auto known = run_them ? probe(found.file, search.worker, {.anew = true})
                                : known_probe(found.file, search.worker);
    if (!known) continue;
    found.state = known->state;
    found.reason = known->reason;
  }
}

ordered_json to_json(const Found& f) {
  ordered_json j;
  j["file"] = f.file.string();
  j["origin"] = f.origin;
  j["state"] = to_text(f.state);
  j["reason"] = f.reason;
  for (const char* key : {"kind", "id", "version", "summary"}) j[key] = nullptr;
  if (!f.record) return j;
  j["kind"] = to_text(f.record->kind);
  j["id"] = f.record->id;
  j["version"] = f.record->version;
  j["summary"] = f.record->summary;
  return j;
}

void print_json(const SearchPath& search, const std::vector<Found>& all) {
  ordered_json j;
  j["folders"] = ordered_json::array();
  for (const auto& f : search.folders)
    j["folders"].push_back({{"path", f.path.string()}, {"origin", f.origin}, {"exists", f.exists}});
  j["plugins"] = ordered_json::array();
  for (const auto& f : all) j["plugins"].push_back(to_json(f));
  // Names of files need not be UTF-8.
  std::printf("%s\n", j.dump(2, ' ', false, ordered_json::error_handler_t::replace).c_str());
}

void print_table(const std::vector<Row>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i + 1 < row.size(); ++i) {
      line += row[i];
      line.append(widths[i] + 2 - row[i].size(), ' ');
    }
    line += row.back();
    std::printf("%s\n", line.c_str());
  }
}

void print_list(const SearchPath& search, const std::vector<Found>& all) {
  std::vector<Row> rows = {{"KIND", "ID", "VERSION", "STATE", "FILE, REASON"}};
  for (const auto& f : all) {
    const std::string kind = f.record ? to_text(f.record->kind) : "-";
    const std::string id = f.record ? f.record->id : "-",
                      version = f.record ? f.record->version : "-";
    rows.push_back({kind, id, version, to_text(f.state),
                    f.file.string() + (f.reason.empty() ? "" : ": " + f.reason)});
  }
  if (all.empty()) {
    std::printf("no plugins\n");
  } else {
    print_table(rows);
  }
  std::printf("\nsearched, in this order:\n%s\n", to_text(search).c_str());
}

/// A file, or the id or file name of one that is found.
std::vector<Found> all_called(const std::string& name, const SearchPath& search) {
  std::error_code ignored;
  if (std::filesystem::exists(name, ignored))
    return {inspect(std::filesystem::absolute(name).lexically_normal(), "named")};
  std::vector<Found> matching;
  std::vector<std::string> names;
  for (const auto& found : scan(search)) {
    names.push_back(found.file.stem().string());
    const bool by_id = found.record && name == found.record->id;
    if (by_id || name == found.file.stem() || name == found.file.filename())
      matching.push_back(found);
  }
  if (matching.empty())
    throw Error(ExitCode::usage,
                {"plugins why " + name, "a file, or the name of a plugin",
                 "neither" + did_you_mean(name, names), "sslhost plugins lists them all"});
  return matching;
}

void print_reason(const Found& f) {
  std::printf("%s\n", f.file.c_str());
  std::vector<Row> rows = {{"  state", to_text(f.state)}};
  // The reason of an incompatible plugin is the list of its differences, which follows.
  const bool differs = f.record && f.state == State::incompatible;
  if (!f.reason.empty() && !differs) rows.push_back({"  reason", f.reason});
  if (f.record) {
    rows.push_back({"  record", std::string(to_text(f.record->kind)) + " " + f.record->id + " " +
                                    f.record->version + ": " + f.record->summary});
    for (const auto& d : differences(f.record->platform, host_platform()))
      rows.push_back({"  " + d.field, "plugin " + d.plugin + ", host " + d.host +
                                          (d.fatal ? "" : " (works together)")});
  }
  if (differs) rows.push_back({"  next", rebuild_command(f.file)});
  print_table(rows);
}

int explain(const CommandLine& line, const SearchPath& search) {
  if (line.operands.size() != 2)
    throw Error(ExitCode::usage, {"plugins why", "one file or plugin",
                                  std::to_string(line.operands.size() - 1) + " of them",
                                  "sslhost plugins why FILE"});
  auto matching = all_called(line.operands[1], search);
  add_probes(matching, search, true);
  if (line.has("json")) {
    print_json(search, matching);
  } else {
    for (const auto& found : matching) print_reason(found);
  }
  const bool usable = std::any_of(matching.begin(), matching.end(),
                                  [](const Found& f) { return f.state == State::ready; });
  return static_cast<int>(usable ? ExitCode::done : ExitCode::plugin);
}

int trust(const CommandLine& line, const SearchPath& search) {
  if (line.operands.size() != 2)
    throw Error(ExitCode::usage,
                {"plugins trust", "one file", std::to_string(line.operands.size() - 1) + " of them",
                 "sslhost plugins trust FILE"});
  const auto matching = all_called(line.operands[1], search);
  for (const auto& found : matching) {
    if (!found.record)
      throw Error(ExitCode::plugin, {found.file.string(), "a plugin",
                                     std::string(to_text(found.state)) + ": " + found.reason,
                                     "name a plugin's file"});
    const auto hash = trust_content(found.file);
    std::printf("%s is trusted as it is now, SHA-256 %s; changed, it is refused again\n",
                found.file.c_str(), hash.c_str());
  }
  return static_cast<int>(ExitCode::done);
}

int forget() {
  std::printf("%d outcomes of earlier probes forgotten\n", forget_probes());
  return static_cast<int>(ExitCode::done);
}

}  // namespace

int plugins_command(const CommandLine& line) {
  const std::string word = line.operands.empty() ? "list" : line.operands[0];
  const auto search = make_search_path(line.plugins());
  if (word == "why") return explain(line, search);
  if (word == "trust") return trust(line, search);
  if (word == "forget" && line.operands.size() == 1) return forget();
  if (word != "list" || line.operands.size() > 1)
    throw Error(ExitCode::usage,
                {"plugins " + line.operands.back(), "list, why FILE, trust FILE or forget",
                 "'" + word + "'" + did_you_mean(word, {"list", "why", "trust", "forget"}),
                 "sslhost plugins --help"});
  auto all = scan(search);
  add_probes(all, search, line.has("check"));
  if (line.has("json")) {
    print_json(search, all);
  } else {
    print_list(search, all);
  }
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
