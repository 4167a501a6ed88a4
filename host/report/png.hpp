// SPDX-License-Identifier: Apache-2.0
#pragma once

// PNG files of our own pictures: 8 bits, sRGB, gray where every pixel is, and the same bytes for
// the same picture (no time, no text in them).

#include <string>

#include "host/report/raster.hpp"

namespace sslhost::host {

/// The bytes of the file. Throws Error (bug) when libpng refuses, with its reason.
std::string encode_png(const Raster& raster);

}  // namespace sslhost::host
