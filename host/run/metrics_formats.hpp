// SPDX-License-Identifier: Apache-2.0
#pragma once

// The forms in which a run's metrics are kept, one file each: the rows of the table in
// metrics_formats.cpp. A new one is a new row there.

#include <span>
#include <string>
#include <string_view>

#include "host/run/metrics.hpp"

namespace sslhost::host {

struct MetricsFormat {
  const char* key;                         ///< names the format in checkpoints
  std::string (*new_file)();               ///< name within the run folder; null: metrics.KEY
  bool (*is_file)(std::string_view name);  ///< whether new_file makes such names
  std::string (*header)();                 ///< what a new file begins with; null: nothing
  std::string (*row)(const MetricsRow&);   ///< what a row adds; may throw Error
};

std::span<const MetricsFormat> metrics_formats();

/// What the file of a new run is called.
std::string new_file_name(const MetricsFormat& format);
/// Whether that is such a name: a checkpoint may be anyone's, and the file that it names is cut.
bool is_file_name(const MetricsFormat& format, std::string_view name);

}  // namespace sslhost::host
