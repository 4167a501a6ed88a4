// SPDX-License-Identifier: Apache-2.0
#pragma once

// How often a method's guesses of unlabeled samples' classes are right. The labels and the answer
// stay with the host: what comes of it is a line of the metrics.

#include <string_view>

#include "sslhost/types.hpp"

#include "host/trainer/mean_log.hpp"

namespace sslhost::host {

/// Adds to `log` how many of the classes [U] of the samples at `index` [U] in their pool are right,
/// among those that `mask` [U] does not leave out and of which `labels` (of the pool; −1: unknown;
/// undefined: none is known) knows one. Throws Error (plugin) for other shapes and types.
void judge(std::string_view name, const Tensor& classes, const Tensor& index, const Tensor& mask,
           const Tensor& labels, MeanLog& log);

}  // namespace sslhost::host
