// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace sslhost::host {

/// A field of RFC 4180: quoted where it holds a separator, a quote or the end of a line.
std::string csv_field(const std::string& text, char separator = ',');

}  // namespace sslhost::host
