// SPDX-License-Identifier: Apache-2.0
#pragma once

// The temperature T of softmax(logits / T), chosen so that probabilities are what they say (C. Guo,
// G. Pleiss, Y. Sun, K. Weinberger, "On Calibration of Modern Neural Networks", ICML 2017,
// arXiv:1706.04599, section 4.2). It changes no predicted class.

#include <cstdint>
#include <span>

namespace sslhost::host {

/// Where most samples are surely wrong, ever greater temperatures are better; where logits are
/// small, T is. What lies outside is not worth believing.
inline constexpr double kLowestTemperature = 0.05, kHighestTemperature = 100;

/// T of the least mean negative log likelihood, found to a relative 1e-10. The target of the right
/// class is 1 − 1/(N + 2), and the rest is shared by the others (J. Platt, "Probabilistic Outputs
/// for Support Vector Machines", 1999, section 2.2): with 1, N samples that are all right would
/// make every prediction certain. `logits` is [N,K] row by row, `labels` [N]. 1 where no T is
/// better than another: no samples, or logits that are all alike. Throws Error: diverged for logits
/// that are NaN or infinite, bug for sizes or labels that do not fit.
double fit_temperature(std::span<const double> logits, std::span<const std::int64_t> labels,
                       std::int64_t classes);

}  // namespace sslhost::host
