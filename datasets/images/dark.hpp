// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pictures that use a small part of the range of their 16 bits, as cameras with 12 bits write them.

#include <string>

#include "datasets/images/prepare.hpp"

namespace sslhost::images {

/// What the user is to be told; empty where a quarter of the range or more is used.
std::string dark_words(const Depth& depth);

}  // namespace sslhost::images
