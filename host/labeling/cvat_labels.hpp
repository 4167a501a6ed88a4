// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tags of images in "CVAT for images 1.1", which is XML.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace sslhost::host {

/// Name of the image and label, one for each tag, in the order of the file. Other shapes are passed
/// over. Throws std::invalid_argument with the line for what is no such file, and for a document
/// type, whose entities could be of any size or any file of this machine.
std::vector<std::pair<std::string, std::string>> cvat_labels(const std::filesystem::path& file);

}  // namespace sslhost::host
