// SPDX-License-Identifier: Apache-2.0
#pragma once

// The calibration curve: of the test samples predicted with about the same probability, which
// fraction is right.

#include <string>

#include "host/run/calibration.hpp"

namespace sslhost::host {

inline constexpr int kReliabilityWidth = 560, kReliabilityHeight = 400;

/// One <svg> in the page's colors: a bar for each of the 15 bins, the diagonal of probabilities
/// that are what they say, points of those before the temperature, and below how many samples each
/// bin has. Empty without samples.
std::string draw_reliability(const Calibration& calibration);

/// The section of the page, with the expected calibration error in words. Empty without samples.
std::string probabilities_section(const Calibration& calibration);

}  // namespace sslhost::host
