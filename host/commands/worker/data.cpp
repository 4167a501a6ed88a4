// SPDX-License-Identifier: Apache-2.0
// sslhost data PATH: a check of data before any training.
#include "host/commands/entries.hpp"
#include "host/commands/worker/check_data.hpp"

namespace sslhost::host {

int data_command(const CommandLine& line) { return check_data_command(line); }

}  // namespace sslhost::host
