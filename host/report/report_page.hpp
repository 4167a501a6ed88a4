// SPDX-License-Identifier: Apache-2.0
#pragma once

// report.html of a finished run, from its record, metrics and pictures.

#include <vector>

#include <nlohmann/json.hpp>

#include "host/run/metrics.hpp"
#include "host/report/report.hpp"
#include "host/run/run_folder.hpp"

namespace sslhost::host {

void write_report_page(const RunFolder& folder, const nlohmann::ordered_json& record,
                       const std::vector<MetricsRow>& metrics,
                       const std::vector<ReportPicture>& pictures);

}  // namespace sslhost::host
