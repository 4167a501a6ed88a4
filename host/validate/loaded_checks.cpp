// SPDX-License-Identifier: Apache-2.0
#include "host/validate/loaded_checks.hpp"

#include <algorithm>
#include <string_view>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

struct Row {
  std::string_view name;
  Outcome (*check)(const Subject& subject);
};

#define BYTES(...)
#define LOADED(name, ...) {#name, check_##name},
constexpr Row kRows[] = {
#include "host/validate/checks.inc"
};
#undef BYTES
#undef LOADED

}  // namespace

std::string text_of(const Error& error) {
  auto parts = error.parts();
  parts.next.clear();
  return Error(error.code(), parts).what();
}

Outcome check_loaded(const Check& check, const Subject& subject) {
  auto name = check.name;
  std::replace(name.begin(), name.end(), '-', '_');
  for (const auto& row : kRows) {
    if (row.name != name) continue;
    try {
      return row.check(subject);
    } catch (const Error& error) {
      return failed(text_of(error));
    }
  }
  return skipped("not a check of a loaded plugin");
}

}  // namespace sslhost::host
