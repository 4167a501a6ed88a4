// SPDX-License-Identifier: Apache-2.0
#pragma once

// Values of another range than the model was trained on would be predicted, and wrongly.

#include <string>

namespace sslhost::host {

/// Throws Error (data) where the stored values of data, as Dataset::scale says, are not such as the
/// model was trained on.
void require_scale(double scale, double trained, const std::string& dataset);

}  // namespace sslhost::host
