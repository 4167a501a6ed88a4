// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which format a file is in, by what it holds: endings of names lie.

#include <cstdint>
#include <span>

namespace sslhost::images {

/// `none`: not a picture that is known here.
enum class Format { jpeg, png, webp, gif, bmp, heic, avif, tiff, none };

/// By the first bytes alone, so a file of a known format may still be damaged.
Format format_of(std::span<const uint8_t> file);

}  // namespace sslhost::images
