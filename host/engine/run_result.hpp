// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a finished run answers its caller.

#include <string>

#include "sslhost/engine.hpp"

#include "host/engine/session.hpp"
#include "host/run/record.hpp"
#include "host/run/run_folder.hpp"

namespace sslhost::host {

/// What to type next, from the same working folder: plugins named by hand must be named again.
std::string next_command(const std::string& verb, const RunFolder& folder, const Plan& plan);

RunResult result_of(const RunFolder& folder, const Session& session,
                    const RunRecord::Results& results);

}  // namespace sslhost::host
