// SPDX-License-Identifier: Apache-2.0
#pragma once

// The tables of the report as HTML.

#include <cstdint>
#include <string>
#include <vector>

#include "host/evaluate/classification.hpp"
#include "host/run/record.hpp"

namespace sslhost::host {

std::string settings_table(const std::vector<RunRecord::Option>& options);

/// [K,K], rows are true classes; shaded by the share of the row. Many classes: only the pairs most
/// often confused.
std::string confusion_table(const std::vector<std::int64_t>& confusion,
                            const std::vector<std::string>& classes);

std::string scores_table(const Classification& scores, const std::vector<std::string>& classes);

}  // namespace sslhost::host
