// SPDX-License-Identifier: Apache-2.0
#pragma once

// Exceptions of LibTorch and the standard library that a user can do something about, as Errors.

#include <exception>
#include <optional>
#include <string>

#include "sslhost/error.hpp"

namespace sslhost::host {

/// Memory that ran out is an Error (device); a path that cannot be used an Error (data) in a
/// plugin, else (storage); batch norm over a batch of one an Error (usage).
std::optional<Error> translated(const std::exception& thrown, const std::string& where);

/// Returns what `f` returns; of its exceptions, those come in the user's words.
template <class F>
auto with_translated_exceptions(const std::string& where, F&& f) {
  try {
    return f();
  } catch (const std::exception& e) {
    if (auto mistake = translated(e, where)) throw *mistake;
    throw;
  }
}

}  // namespace sslhost::host
