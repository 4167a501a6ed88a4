// SPDX-License-Identifier: Apache-2.0
#pragma once

// What all libraries of a process share, and a plugin must leave alone.

#include <map>
#include <optional>
#include <string>

namespace sslhost::host {

/// Texts by what they are about: "locale", "working folder", "handler of SIGINT", ...
using ProcessState = std::map<std::string, std::string>;

ProcessState process_state();
/// "locale: C, now de_DE; working folder: ..."; nothing where both are the same.
std::optional<std::string> difference(const ProcessState& before, const ProcessState& after);
/// The same, of now and before there was training: LibTorch's threads do not count.
std::optional<std::string> changed_by_training(const ProcessState& before);

}  // namespace sslhost::host
