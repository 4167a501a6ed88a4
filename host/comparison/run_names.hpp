// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace sslhost::host {

/// The folder of a run: "vat-epsilon=0.2-50-labels-seed-0".
std::string run_name(const std::string& arm, const std::string& variant, int64_t labels,
                     int64_t seed);

/// "50 labels", "all labels" for 0.
std::string labels_text(int64_t labels);

/// Six hexadecimal digits.
std::string short_hash(const std::string& text);

}  // namespace sslhost::host
