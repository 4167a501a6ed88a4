// SPDX-License-Identifier: Apache-2.0
#pragma once

// report.html of a finished run, from its record and metrics.

#include <nlohmann/json.hpp>

#include "host/storage/run_folder.hpp"

namespace sslhost::host {

void write_report_page(const RunFolder& folder, const nlohmann::ordered_json& record);

}  // namespace sslhost::host
