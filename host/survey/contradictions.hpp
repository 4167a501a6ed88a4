// SPDX-License-Identifier: Apache-2.0
#pragma once

// What no training can mend, found before one begins: the full check is `sslhost data`.

#include <string>
#include <vector>

#include "sslhost/dataset.hpp"

namespace sslhost::host {

/// Samples with the same bytes in training and test part, and those with two labels: for each kind
/// a line with their number and the first pair, which ends with the command that shows all of them.
/// Reads every labeled sample once, on all cores; samples of one color are left out, as there.
std::vector<std::string> contradictions_of(const Dataset& dataset, const std::string& command);

}  // namespace sslhost::host
