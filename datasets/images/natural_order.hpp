// SPDX-License-Identifier: Apache-2.0
#pragma once

// The order in which people count: "2" before "10".

#include <string_view>

namespace sslhost::images {

/// Runs of digits compare as numbers of any length, all else as bytes, whatever the locale. Names
/// that are equal so ("1", "01") compare as bytes, so only equal names are equal.
bool natural_less(std::string_view a, std::string_view b);

}  // namespace sslhost::images
