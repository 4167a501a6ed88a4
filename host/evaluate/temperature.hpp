// SPDX-License-Identifier: Apache-2.0
#pragma once

// The temperature T of softmax(logits / T), chosen so that probabilities are what they say (C. Guo,
// G. Pleiss, Y. Sun, K. Weinberger, "On Calibration of Modern Neural Networks", ICML 2017,
// arXiv:1706.04599, section 4.2). It changes no predicted class.

#include <cstdint>
#include <span>

namespace sslhost::host {

/// Where every sample is right, ever smaller temperatures are better; where most are surely wrong,
/// ever greater ones. Neither is worth believing, so that T stays in this range.
inline constexpr double kLowestTemperature = 0.05, kHighestTemperature = 100;

/// T of the least mean negative log likelihood, found to a relative 1e-10. `logits` is [N,K] row by
/// row, `labels` [N]. 1 where no T is better than another: no samples, logits that are all alike,
/// or so far apart that every probability is 1 as it is. Throws Error: diverged for logits that are
/// NaN or infinite, bug for sizes or labels that do not fit.
double fit_temperature(std::span<const double> logits, std::span<const std::int64_t> labels,
                       std::int64_t classes);

}  // namespace sslhost::host
