// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/discovery.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

#include "host/discovery/compatibility.hpp"
#include "host/discovery/probe.hpp"
#include "host/discovery/record_reader.hpp"
#include "host/discovery/trust.hpp"
#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace fs = std::filesystem;

namespace {

std::vector<fs::path> libraries_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == ".so") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

void mark_shadowed(std::vector<Found>& all) {
  std::vector<std::pair<std::pair<PluginKind, std::string>, fs::path>> seen;
  for (auto& found : all) {
    if (found.state != State::ready) continue;
    const std::pair key(found.record->kind, std::string(found.record->id));
    const auto first =
        std::find_if(seen.begin(), seen.end(), [&](const auto& s) { return s.first == key; });
    if (first == seen.end()) {
      seen.emplace_back(key, found.file);
    } else {
      found.state = State::shadowed;
      found.reason = first->second.string() + " comes first";
    }
  }
}

std::string flag_of(PluginKind kind) {
  return kind == PluginKind::method ? "--plugin" : "--dataset";
}

bool cannot_be_used(const Found& found) {
  return found.state != State::ready && found.state != State::shadowed;
}

[[noreturn]] void throw_unusable(const std::string& where, const Found& found) {
  const bool rebuild = found.state == State::incompatible && found.record;
  throw Error(
      ExitCode::plugin,
      {where, "a plugin that can be used",
       found.file.string() + ", " + to_text(found.state) + ": " + found.reason,
       rebuild ? rebuild_command(found.file) : "sslhost plugins why " + found.file.string()});
}

[[noreturn]] void throw_missing(PluginKind kind, const std::string& id,
                                const std::vector<Found>& all, const SearchPath& search) {
  std::set<std::string> ids;
  std::string found = "'" + id + "'";
  for (const auto& f : all) {
    if (f.state != State::ready) continue;
    if (f.record->kind == kind) ids.insert(f.record->id);
    if (f.record->kind != kind && id == f.record->id)
      found += ", which is a " + std::string(to_text(f.record->kind));
  }
  const std::vector<std::string> names(ids.begin(), ids.end());
  const auto expected =
      names.empty() ? std::string("a ") + to_text(kind) : "one of " + joined(names, ", ");
  throw Error(ExitCode::plugin,
              {flag_of(kind) + " " + id, expected + "; searched:\n" + to_text(search),
               found + did_you_mean(id, names),
               "sslhost plugins lists every file, --plugin-dir DIR adds a folder"});
}

}  // namespace

const char* to_text(PluginKind kind) { return kind == PluginKind::method ? "method" : "dataset"; }

Found inspect(const fs::path& file, const std::string& origin) {
  Found found{.file = file, .origin = origin};
  const Reading reading = read_record(file);
  found.record = reading.record;
  found.state = reading.state;
  found.reason = reading.reason;
  if (found.state != State::ready) return found;
  // Only a plugin can be unsafe: a text file that others may write is a text file.
  if (auto unsafe = why_unsafe(file); !unsafe.empty()) {
    found.state = State::unsafe;
    found.reason = std::move(unsafe);
  } else if (const auto differing = differences(found.record->platform, host_platform());
             any_fatal(differing)) {
    found.state = State::incompatible;
    found.reason = to_text(differing);
  }
  return found;
}

std::vector<Found> scan(const SearchPath& search) {
  std::vector<Found> all;
  for (const auto& file : search.files) all.push_back(inspect(file, "--plugin-file"));
  for (const auto& folder : search.folders)
    for (const auto& file : libraries_in(folder.path)) all.push_back(inspect(file, folder.origin));
  mark_shadowed(all);
  return all;
}

Found find_plugin(PluginKind kind, const std::string& id, const SearchPath& search) {
  const auto all = scan(search);
  const std::string where = flag_of(kind) + " " + id;
  const auto is_it = [&](const Found& found) {
    return found.record && found.record->kind == kind && id == found.record->id;
  };
  // Who names a file means it: another plugin in its place would be measured instead.
  for (const auto& found : all)
    if (found.origin == "--plugin-file" && cannot_be_used(found))
      throw_unusable(found.origin, found);
  for (const auto& found : all) {
    if (!is_it(found)) continue;
    if (found.origin == "--plugin-dir" && cannot_be_used(found)) throw_unusable(where, found);
    if (found.state != State::ready) continue;
    if (search.worker.empty()) return found;
    const Probe probed = probe(found.file, search.worker);
    if (probed.state == State::ready) return found;
    Found bad = found;
    bad.state = probed.state;
    bad.reason = probed.reason;
    throw_unusable(where, bad);
  }
  for (const auto& found : all)
    if (cannot_be_used(found) && (found.record ? is_it(found) : found.file.stem() == id))
      throw_unusable(where, found);
  throw_missing(kind, id, all, search);
}

}  // namespace sslhost::host
