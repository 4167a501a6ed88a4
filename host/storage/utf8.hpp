// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace sslhost::host {

/// Names go into TOML and JSON files, which hold no other text.
bool is_utf8(const std::string& text);

}  // namespace sslhost::host
