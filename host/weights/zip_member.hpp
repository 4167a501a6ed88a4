// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace sslhost::host {

/// The only member of a zip archive (a Python wheel is one) whose name ends so: ".pth". Nothing is
/// written anywhere. Throws Error (storage), also where there is none or a second one.
std::vector<std::byte> read_zip_member(const std::filesystem::path& file, std::string_view ending);

}  // namespace sslhost::host
