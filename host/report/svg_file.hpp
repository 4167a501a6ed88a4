// SPDX-License-Identifier: Apache-2.0
#pragma once

// SVG files of their own: the report's drawings with the style sheet inside and its light colors
// written out, since drawing programs know no CSS variables.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/report/chart.hpp"

namespace sslhost::host {

/// A whole file around the content of an <svg> of that size.
std::string svg_file(double width, double height, std::string_view content);

/// Charts below each other with titles and legends; empty when none has a point that can be shown.
std::string chart_file(const std::vector<Chart>& charts);

/// [K,K], rows are true classes; shaded by the share of the row. Empty for so many classes that no
/// page has room for them (more than 30).
std::string confusion_file(const std::vector<std::int64_t>& confusion,
                           const std::vector<std::string>& classes);

}  // namespace sslhost::host
