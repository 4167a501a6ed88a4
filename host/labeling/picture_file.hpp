// SPDX-License-Identifier: Apache-2.0
#pragma once

// One picture's file, opened to be sent.

#include <cstdint>
#include <filesystem>
#include <string>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

struct PictureFile {
  Descriptor file;
  int64_t bytes = 0;
  std::string type = {};     ///< "image/jpeg"
  std::string why_not = {};  ///< where it is not sent; empty otherwise
};

/// Not sent: what is no regular file, lies outside of `real_folder` once links are followed, is no
/// picture that a browser and sslhost can read by its first bytes, or has more than 256 MiB.
PictureFile open_picture(const std::filesystem::path& file,
                         const std::filesystem::path& real_folder);

}  // namespace sslhost::host
