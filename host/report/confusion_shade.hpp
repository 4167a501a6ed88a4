// SPDX-License-Identifier: Apache-2.0
#pragma once

// A confusion matrix looks alike on the page and as a picture of its own.

#include <cstddef>

namespace sslhost::host {

constexpr std::size_t kMostConfusedClasses = 30;  ///< that still fit

/// Opacity of a cell with that share of its row; the rarest error can still be seen.
constexpr double confusion_shade(double share) { return 0.12 + 0.88 * share; }

/// Whether dark text cannot be read on it.
constexpr bool is_dark_shade(double share) { return share > 0.55; }

}  // namespace sslhost::host
