// SPDX-License-Identifier: Apache-2.0
#pragma once

// The size that images are brought to where the user names none.

#include <cstdint>
#include <vector>

#include "datasets/images/prepare.hpp"

namespace sslhost::images {

/// The usual shorter side, in steps of 8 pixels; 64 at most, which two cores train on in minutes.
int64_t usual_side(const std::vector<Picture>& pictures);

}  // namespace sslhost::images
