// SPDX-License-Identifier: Apache-2.0
#pragma once

// sslhost predict RUN: a trained model's predictions on the test part of a dataset, as CSV.

#include "host/commands/command_line.hpp"

namespace sslhost::host {

int predict_command(const CommandLine& line);

}  // namespace sslhost::host
