// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sslhost/engine.hpp"

#include "host/commands/command_line.hpp"

namespace sslhost::host {

/// What a command line asks of the engine.
TrainRequest request_of(const CommandLine& line);

/// The same where PATH is another way to write --data PATH. Throws Error (usage) for a second one.
TrainRequest request_with_path(const CommandLine& line);

}  // namespace sslhost::host
