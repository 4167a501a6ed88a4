// SPDX-License-Identifier: Apache-2.0
#pragma once

// Numbers and names as the screen shows them.

#include <cstdint>
#include <string>
#include <string_view>

#include "host/log/bytes_text.hpp"
#include "host/log/printable.hpp"

namespace sslhost::host {

/// "4,000"
std::string grouped(int64_t number);
/// "1 sample", "4,000 samples"
std::string counted(int64_t number, std::string_view one, std::string_view many);
/// Three digits that tell: "0.473", "113", "-0.0021".
std::string number_text(double value);
/// Characters, not bytes.
size_t width_of(std::string_view text);
/// `text`, cut to `most` characters with "..." where it is longer.
std::string cut_to(std::string_view text, size_t most);

}  // namespace sslhost::host
