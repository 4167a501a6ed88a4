// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "sslhost/error.hpp"

namespace sslhost::host {

/// std::filesystem's exception with its cause, as ours: a folder that may not be read is no bug.
Error filesystem_mistake(const std::filesystem::filesystem_error& thrown, ExitCode code);

}  // namespace sslhost::host
