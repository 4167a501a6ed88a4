// SPDX-License-Identifier: Apache-2.0
#pragma once

// The report's sections on single samples: labels to look at, of which the model is least sure, and
// what it says of the unlabeled ones.

#include <string>

#include "host/report/details.hpp"
#include "host/run/record.hpp"

namespace sslhost::host {

/// Empty where there are none.
std::string doubtful_section(const ReportDetails& details, const std::vector<std::string>& classes);
std::string unsure_section(const RunRecord& record, const ReportDetails& details);
std::string unlabeled_section(const RunRecord& record, const ReportDetails& details);

}  // namespace sslhost::host
