// SPDX-License-Identifier: Apache-2.0
#include "host/validate/catalogue.hpp"

#include <algorithm>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace {

enum class For { any, method };

enum class In { front, worker };

std::string as_users_write(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

Check make_check(const char* name, int level, For plugins, int seconds, std::string needs,
                 std::string meaning, In program) {
  return {.name = as_users_write(name),
          .level = level,
          .methods_only = plugins == For::method,
          .in_worker = program == In::worker,
          .limit = std::chrono::seconds(seconds),
          .needs = needs == "nothing" ? "" : as_users_write(std::move(needs)),
          .meaning = std::move(meaning)};
}

}  // namespace

const std::vector<Check>& checks() {
#define BYTES(name, level, plugins, seconds, meaning) \
  make_check(#name, level, For::plugins, seconds, "nothing", meaning, In::front),
#define LOADED(name, level, plugins, seconds, needs, meaning) \
  make_check(#name, level, For::plugins, seconds, #needs, meaning, In::worker),
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
