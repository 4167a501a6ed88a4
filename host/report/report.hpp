// SPDX-License-Identifier: Apache-2.0
#pragma once

// report.html: what a run was and what came of it, on one static page. No script, nothing loaded
// from elsewhere, light and dark; it can be mailed and opened in ten years.

#include <string>
#include <vector>

#include "host/report/details.hpp"
#include "host/run/metrics.hpp"
#include "host/run/record.hpp"

namespace sslhost::host {

/// Either the bytes of a PNG or JPEG or a drawing (an <svg>); the other one is empty.
struct ReportPicture {
  std::string title, caption;
  std::string image, svg;
};

/// The whole page, UTF-8. Sections without content are left out: those of a run that is not
/// finished.
std::string render_report(const RunRecord& record, const std::vector<MetricsRow>& metrics,
                          const std::vector<ReportPicture>& pictures,
                          const ReportDetails& details = {});

}  // namespace sslhost::host
