// SPDX-License-Identifier: Apache-2.0
#pragma once

// The command line that a user is to try now. The one place that names a method and a network.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sslhost::host {

/// The network that is proposed for pictures, if it fits them.
constexpr std::string_view kPictureModel = "cnn-3x3";

/// `options`: as they were given for the data. `method`: empty where it is chosen for the data.
/// `model`: empty where the default one will do.
std::string next_command(const std::vector<std::pair<std::string, std::string>>& options,
                         std::string_view method = "vat", std::string_view model = "");

}  // namespace sslhost::host
