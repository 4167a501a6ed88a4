// SPDX-License-Identifier: Apache-2.0
#pragma once

// The report's section on the data: where they come from, how many there are of what, and what was
// left out.

#include <string>

#include "host/report/details.hpp"
#include "host/run/record.hpp"

namespace sslhost::host {

std::string data_section(const RunRecord& record, const ReportDetails& details);

}  // namespace sslhost::host
