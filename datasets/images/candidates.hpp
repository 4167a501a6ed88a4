// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which names may be those of images. Whether a file is one, its bytes say, to a decoder.

#include <string>
#include <string_view>

namespace sslhost::images {

/// Why a regular file of this name is none: hidden, left by the system (Thumbs.db), or with an
/// extension of something else (.txt, .zip, .mp4). Empty where it may be an image: all others,
/// those without an extension included.
std::string why_no_image(std::string_view name);

/// Why what is in a folder of this name does not count: '.' or '_' at its beginning, or a folder of
/// the system (@eaDir, lost+found). Empty where it does.
std::string why_no_folder(std::string_view name);

}  // namespace sslhost::images
