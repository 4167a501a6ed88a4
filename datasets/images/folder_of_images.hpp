// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whether a path is a picture, or a folder with pictures in it.

#include <filesystem>

namespace sslhost::images {

/// Looks into the first files and folders alone, at their first bytes.
bool is_folder_of_images(const std::filesystem::path& path);

/// By its first bytes.
bool is_image_file(const std::filesystem::path& path);

}  // namespace sslhost::images
