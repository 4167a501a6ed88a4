// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the program resolves the options of a run, asked of `sslhost config` in a child process.

#include <filesystem>
#include <string>
#include <vector>

#include "host/config/recorded_options.hpp"

namespace sslhost::host {

/// The answers for many command lines, in their order; as many children at once as there are
/// processors. Throws the first refusal as an Error with the program's exit code and words; `whose`
/// says which arm each is of.
std::vector<RecordedOptions> resolve_all(const std::filesystem::path& front,
                                         const std::vector<std::vector<std::string>>& arguments,
                                         const std::vector<std::string>& whose);

}  // namespace sslhost::host
