// SPDX-License-Identifier: Apache-2.0
#include "host/validate/catalogue.hpp"

#include <algorithm>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace {

enum class For { any, method };

Check make_check(std::string name, int level, For plugins, int seconds, std::string meaning,
                 bool in_worker) {
  std::replace(name.begin(), name.end(), '_', '-');
  return {
      std::move(name),   level, plugins == For::method, in_worker, std::chrono::seconds(seconds),
      std::move(meaning)};
}

}  // namespace

const std::vector<Check>& checks() {
#define BYTES(name, level, plugins, seconds, meaning) \
  make_check(#name, level, For::plugins, seconds, meaning, false),
#define LOADED(name, level, plugins, seconds, meaning) \
  make_check(#name, level, For::plugins, seconds, meaning, true),
  static const std::vector<Check> all = {
#include "host/validate/checks.inc"
  };
#undef BYTES
#undef LOADED
  return all;
}

const Check& find_check(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& check : checks()) {
    if (check.name == name) return check;
    names.push_back(check.name);
  }
  throw Error(ExitCode::usage, {"validate", "one of " + joined(names, ", "),
                                "'" + std::string(name) + "'" + did_you_mean(name, names),
                                "sslhost validate --help"});
}

}  // namespace sslhost::host
