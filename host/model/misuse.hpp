// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a method's author is told of a call to Build or to an optimizer that makes no sense.

#include <string>
#include <string_view>
#include <utility>

#include "sslhost/error.hpp"

namespace sslhost::host {

inline Error misuse(std::string where, std::string expected, std::string found, std::string next) {
  return Error(ExitCode::plugin,
               {std::move(where), std::move(expected), std::move(found), std::move(next)});
}

inline std::string in_quotes(std::string_view name) { return "'" + std::string(name) + "'"; }

}  // namespace sslhost::host
