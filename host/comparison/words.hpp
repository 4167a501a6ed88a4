// SPDX-License-Identifier: Apache-2.0
#pragma once

// Numbers and sentences as the outputs of a comparison have them.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/comparison/analysis.hpp"

namespace sslhost::host {

/// "5.61", of a fraction.
std::string percent(double fraction);
/// "+6.80", in points.
std::string points(double fraction);
/// "[4.90, 6.50]"; empty: there is none.
std::string interval_text(const std::optional<Summary>& summary, std::string (*number)(double));
/// "4 of 5"; empty where there are no pairs.
std::string won_text(const Cell& cell);
/// "12,300"
std::string grouped(double number);
/// Megabytes.
std::string megabytes(int64_t bytes);

/// "0 to 4", "0, 2, 7"
std::string seeds_text(const std::vector<int64_t>& seeds);

/// Words in lines of that many columns; those after the first begin with `indent` spaces.
std::string in_lines(const std::string& text, std::size_t columns, std::size_t indent);

/// Over all numbers of labels: what an arm costs.
struct ArmCost {
  double seconds = 0, images_per_second = 0;  ///< medians of the cells' medians
  int64_t peak_memory = 0, trials = 1;
};
ArmCost cost_of(const Analysis& analysis, const std::string& arm);

}  // namespace sslhost::host
