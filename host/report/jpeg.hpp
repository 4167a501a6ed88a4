// SPDX-License-Identifier: Apache-2.0
#pragma once

// JPEG for the photos on a page: a fifth of a PNG's bytes, and a page is mailed.

#include <string>

#include "host/report/raster.hpp"

namespace sslhost::host {

/// The bytes of the file; the same for the same picture. Throws Error (bug) when libjpeg refuses.
std::string encode_jpeg(const Raster& raster);

}  // namespace sslhost::host
