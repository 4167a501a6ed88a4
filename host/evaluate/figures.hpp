// SPDX-License-Identifier: Apache-2.0
#pragma once

// Asking a method for its figures (ability "sslhost.figures/1"), and checking what it gives before
// anything draws it.

#include <cstdint>
#include <string>
#include <vector>

#include "sslhost/figures.hpp"
#include "sslhost/method.hpp"

#include "host/data/run_data.hpp"

namespace sslhost::host {

/// A few test images [n,C,H,W], n <= 16, spread evenly over the part, the same every time; chosen
/// without reading their labels.
Tensor images_for_figures(const LabeledPart& part);

/// The method's figures, on the CPU in float32; none where it does not offer the ability.
/// Evaluation mode must be on. Throws Error (plugin) that names the figure and what is wrong with
/// it.
std::vector<Figure> ask_for_figures(Method& method, const std::string& id, int64_t iteration,
                                    const Task& task, const LabeledPart& part);

}  // namespace sslhost::host
