// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace sslhost::host {

/// PyTorch's expression for one of ATen's operations; null: none is known. In braces are names of
/// arguments; {result} is the result's shape, {type} its type, {slices} a slice's index.
const char* python_expression(std::string_view operation);

}  // namespace sslhost::host
