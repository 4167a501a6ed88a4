// SPDX-License-Identifier: Apache-2.0
#pragma once

// How large a picture is, without decoding it.

#include <optional>

#include "datasets/images/decode.hpp"
#include "datasets/images/prepare.hpp"

namespace sslhost::images {

/// Upright, from the beginning of its file. Nothing where that does not tell: decoding says why.
std::optional<Size> size_in(const Picture& picture);

}  // namespace sslhost::images
