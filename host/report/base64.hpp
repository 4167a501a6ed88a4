// SPDX-License-Identifier: Apache-2.0
#pragma once

// Bytes inside a page: base64 of RFC 4648, with padding, in one line.

#include <string>
#include <string_view>

namespace sslhost::host {

std::string base64(std::string_view bytes);

/// The address of an image inside the page: the bytes of a PNG or of a JPEG.
std::string image_source(std::string_view bytes);

}  // namespace sslhost::host
