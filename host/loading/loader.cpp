// SPDX-License-Identifier: Apache-2.0
#include "host/loading/loader.hpp"

#define BOOST_DLL_USE_STD_FS
#include <cstring>
#include <system_error>
#include <type_traits>

#include <boost/core/demangle.hpp>
#include <boost/dll/shared_library.hpp>

#include "host/discovery/compatibility.hpp"
#include "host/discovery/library_facts.hpp"
#include "host/discovery/record_reader.hpp"
#include "host/discovery/trust.hpp"
#include "host/loading/guard.hpp"
#include "host/loading/plugins_fault.hpp"
#include "host/loading/stable_plugin.hpp"
#include "host/log/shell_word.hpp"
#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, std::string expected, std::string found,
                         std::string next) {
  throw Error(ExitCode::plugin,
              {file.string(), std::move(expected), std::move(found), std::move(next)});
}

/// The file may have changed since it was found.
Record check_again(const std::filesystem::path& file) {
  const Found now = inspect(file, {});
  if (now.state != State::ready)
    refuse(file, "a plugin that can be used", std::string(to_text(now.state)) + ": " + now.reason,
           now.state == State::incompatible ? rebuild_command(file)
                                            : "sslhost plugins why " + file.string());
  return *now.record;
}

/// The system's words, which Boost has put in the middle of its own.
std::string loaders_words(const std::string& text) {
  const std::string before = "dlerror system message: ", behind = "): ";
  const auto start = text.find(before), end = text.rfind(behind);
  if (start == text.npos || end == text.npos || end < start) return text;
  return text.substr(start + before.size(), end - start - before.size());
}

[[noreturn]] void refuse_to_open(const std::filesystem::path& file, const std::string& words) {
  const std::string mark = "undefined symbol: ";
  const auto symbol = words.find(mark);
  if (symbol == words.npos)
    refuse(file, "a library that can be loaded", words,
           "a library that is not found belongs into a folder of its run path (sslhost validate " +
               shell_word(file.string()) + ")");
  const auto name = boost::core::demangle(words.substr(symbol + mark.size()).c_str());
  const auto needed = library_facts(file).needed;
  refuse(file, "each function that it calls in one of its libraries: " + joined(needed, ", "),
         "none of them has " + name, "link the library that has it, or its source");
}

/// Opened and never closed.
boost::dll::shared_library& open_library(const std::filesystem::path& file) {
  using boost::dll::load_mode::rtld_local;
  using boost::dll::load_mode::rtld_now;
  try {
    return *new boost::dll::shared_library(file, rtld_now | rtld_local);
  } catch (const std::system_error& e) {
    refuse_to_open(file, loaders_words(e.what()));
  }
}

/// `from_entry`: what the entry function gave; null: nothing that could be read.
void require_same_record(const std::filesystem::path& file, const void* from_entry,
                         const Record& record) {
  if (from_entry == nullptr || std::memcmp(from_entry, &record, sizeof(Record)) != 0)
    refuse(file, "the record that is in the file",
           "another one from its entry function: the file changed, or was put together by hand",
           "build it again");
}

const Entry& call_entry(const std::filesystem::path& file, boost::dll::shared_library& library,
                        const Record& record) {
  using EntryFunction = const Entry*(const Platform*);
  if (!library.has(kEntryName))
    refuse(file, std::string("an entry function ") + kEntryName, "none",
           "end a source file with SSLHOST_METHOD or SSLHOST_DATASET");
  const Platform host = host_platform();
  const Entry* entry = library.get<EntryFunction>(kEntryName)(&host);
  if (entry == nullptr)
    refuse(file, "an entry that accepts this host", "its entry function returned nothing",
           rebuild_command(file));
  require_same_record(file, entry->size == sizeof(Entry) ? entry->record : nullptr, record);
  const bool is_method = record.kind == PluginKind::method;
  if ((entry->method != nullptr) != is_method || (entry->dataset != nullptr) == is_method)
    refuse(file, std::string("a ") + to_text(record.kind) + ", as its record says",
           "an entry of another kind", "build it again");
  return *entry;
}

/// Of the stable tier, which has an entry of its own.
std::unique_ptr<MethodPlugin> load_stable(const std::filesystem::path& file,
                                          boost::dll::shared_library& library,
                                          const Record& record) {
  if (!library.has(stable::kStableEntryName))
    refuse(file, std::string("an entry function ") + stable::kStableEntryName, "none",
           "end a source file with SSLHOST_STABLE_METHOD");
  using EntryFunction = std::remove_pointer_t<stable::StableEntry>;
  const auto* calls = library.get<EntryFunction>(stable::kStableEntryName)(&stable_host_calls());
  if (calls == nullptr || calls->interface > stable::kInterface)
    refuse(file,
           "a plugin for version " + std::to_string(stable::kInterface) +
               " of the stable interface or an earlier one",
           "one for a later version", "take a later sslhost, or another build of the plugin");
  require_same_record(file, calls->record, record);
  return stable_plugin(*calls);
}

}  // namespace

LoadedPlugin load_plugin(const Found& found) {
  LoadedPlugin loaded{
      .record = check_again(found.file), .file = found.file, .method = {}, .dataset = {}};
  const std::string id = loaded.record.id;
  const bool stable = (loaded.record.platform.checks & kStableTier) != 0;
  guarded(id, "load", -1, [&] {
    if (stable) {
      loaded.method = load_stable(found.file, open_library(found.file), loaded.record);
      return;
    }
    const Entry& entry = call_entry(found.file, open_library(found.file), loaded.record);
    if (entry.method != nullptr) loaded.method = entry.method();
    if (entry.dataset != nullptr) loaded.dataset = entry.dataset();
  });
  if (!loaded.method && !loaded.dataset)
    refuse(found.file, "an object from its entry", "nothing", kPluginsFault);
  return loaded;
}

}  // namespace sslhost::host
