// SPDX-License-Identifier: Apache-2.0
#include "host/validate/bytes_checks.hpp"

#include <algorithm>
#include <string_view>

#include "host/discovery/compatibility.hpp"
#include "host/discovery/library_facts.hpp"
#include "host/discovery/record_reader.hpp"
#include "host/discovery/trust.hpp"

namespace sslhost::host {

namespace {

using std::filesystem::path;

std::string some_of(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < std::min<size_t>(names.size(), 3); ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  return names.size() > 3 ? text + " and " + std::to_string(names.size() - 3) + " more" : text;
}

Outcome check_record(const path& file) {
  const auto reading = read_record(file);
  if (reading.state == State::ready) return passed();
  return failed(std::string(to_text(reading.state)) + ": " + reading.reason);
}

Outcome check_abi(const path& file) {
  const auto reading = read_record(file);
  if (!reading.record) return skipped("its record cannot be read");
  const auto differing = differences(reading.record->platform, host_platform());
  return any_fatal(differing) ? failed(to_text(differing)) : passed();
}

Outcome check_symbols(const path& file) {
  const auto facts = library_facts(file);
  std::vector<std::string> others;
  for (const auto& name : facts.exported)
    if (!name.starts_with("sslhost_plugin_v") && !name.starts_with("sslhost_stable_v"))
      others.push_back(name);
  if (!facts.unique.empty())
    return failed("it exports symbols that all plugins of a process would share: " +
                  some_of(facts.unique) + "; compile with -fno-gnu-unique");
  if (!others.empty())
    return failed("it exports " + some_of(others) +
                  ", which another library's may replace; sslhost_add_plugin() hides them");
  if (facts.exported.empty())
    return failed(std::string("it exports no ") + kEntryName +
                  ": end a source file with SSLHOST_METHOD or SSLHOST_DATASET");
  return passed();
}

Outcome check_libraries(const path& file) {
  const auto facts = library_facts(file);
  for (const auto& folder : facts.run_path)
    if (!folder.starts_with("/") && !folder.starts_with("$ORIGIN"))
      return failed("its run path has '" + folder +
                    "', which depends on the folder that a user works in; name it from / or "
                    "from $ORIGIN");
  for (const auto& name : facts.needed) {
    if (name.find('/') != name.npos)
      return failed("it needs " + name + " at that place; link it by its name");
    if (name.starts_with("libc++.so"))
      return failed("it needs " + name + ", a second C++ library beside sslhost's libstdc++");
    if (name.starts_with("libpython") || name.starts_with("libtorch_python"))
      return failed("it needs " + name + "; sslhost has no Python inside");
  }
  return passed();
}

Outcome check_owner(const path& file) {
  const auto why = why_unsafe(file);
  return why.empty() ? passed() : failed(why);
}

}  // namespace

Outcome check_bytes(const Check& check, const path& file) {
#define BYTES(row, ...) \
  if (check.name == #row) return check_##row(file);
#define LOADED(...)
#include "host/validate/checks.inc"
#undef BYTES
#undef LOADED
  return skipped("not a check of level 1");
}

}  // namespace sslhost::host
