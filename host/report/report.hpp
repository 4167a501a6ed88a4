// SPDX-License-Identifier: Apache-2.0
#pragma once

// report.html: what a run was and what came of it, on one static page. No script, nothing loaded
// from elsewhere, light and dark; it can be mailed and opened in ten years.

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "host/run/metrics.hpp"

namespace sslhost::host {

struct ReportSetting {
  std::string name, value;
  std::string from;  ///< where the value came from: flag, recipe, default, ...
};

/// Of the PNG's bytes and the drawing (an <svg>) one is empty.
struct ReportPicture {
  std::string title, caption;
  std::string png, svg;
};

struct ReportData {
  std::string method, dataset;
  std::int64_t labels = 0;
  std::uint64_t seed = 0;
  double test_error =
      std::numeric_limits<double>::quiet_NaN();  ///< fraction; NaN: there was no test
  std::vector<std::pair<std::string, std::string>>
      facts;  ///< shown beside the error: device, time, iterations, ...
  std::vector<ReportSetting> settings;
  std::vector<MetricsRow> metrics;
  std::vector<std::string> classes;  ///< names, in label order
  std::vector<std::int64_t>
      confusion;  ///< [K,K] of the test part, rows are true classes; empty: there was no test
  std::vector<ReportPicture> pictures;
  std::string made_by;  ///< program and version, for the last line
};

/// The whole page, UTF-8. Sections without data are left out.
std::string render_report(const ReportData& data);

}  // namespace sslhost::host
