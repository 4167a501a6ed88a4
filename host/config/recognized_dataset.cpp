// SPDX-License-Identifier: Apache-2.0
#include "host/config/recognized_dataset.hpp"

#include <filesystem>
#include <set>

#include "sslhost/error.hpp"
#include "sslhost/what_is_at.hpp"

#include "host/loading/guard.hpp"
#include "host/loading/loader.hpp"
#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace {

std::set<std::string> ids_of_datasets(const SearchPath& search) {
  std::set<std::string> ids;
  for (const auto& found : scan(search))
    if (found.state == State::ready && found.record && found.record->kind == PluginKind::dataset)
      ids.insert(found.record->id);
  return ids;
}

}  // namespace

std::set<std::string> datasets_that_recognize(const std::string& data, const SearchPath& search) {
  std::set<std::string> those;
  for (const auto& id : ids_of_datasets(search)) {
    const auto plugin = load_plugin(find_plugin(PluginKind::dataset, id, search));
    if (guarded(id, "recognizes", -1, [&] { return plugin.dataset->recognizes(data); }))
      those.insert(id);
  }
  return those;
}

std::string recognized_dataset(const std::string& data, const SearchPath& search) {
  std::error_code ignored;
  if (!std::filesystem::exists(data, ignored))
    throw Error(ExitCode::data, {data, "the data to read", what_is_at(data), "check --data"});
  if (std::filesystem::is_directory(data, ignored) && what_is_at(data) != "a folder")
    throw Error(ExitCode::data, {data, "data that you may read", what_is_at(data),
                                 "ask its owner, or name a copy of yours"});
  const auto those = datasets_that_recognize(data, search);
  if (those.size() == 1) return *those.begin();
  const bool folder = std::filesystem::is_directory(data, ignored);
  if (folder && std::filesystem::is_empty(data, ignored))
    throw Error(ExitCode::data, {data, "pictures or other data", "an empty folder",
                                 "check that this is the folder of the photos"});
  const std::string check =
      folder && those.empty() ? "check that this is the folder of the photos; for other data " : "";
  throw Error(
      ExitCode::usage,
      {"--data " + data, "data of one kind",
       those.empty() ? "what no dataset plugin recognizes" : "what may be " + joined(those, " or "),
       check + "add --dataset ID (`sslhost plugins` lists them), for example --dataset " +
           (those.empty() ? "images" : *those.begin())});
}

}  // namespace sslhost::host
