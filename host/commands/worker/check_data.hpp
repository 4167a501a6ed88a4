// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/commands/command_line.hpp"

namespace sslhost::host {

/// Prints what the data are and what is wrong with them. Throws Error (data), after that, where
/// training with them would be wrong.
int check_data_command(const CommandLine& line);

}  // namespace sslhost::host
