// SPDX-License-Identifier: Apache-2.0
#pragma once

// Level 1: what the bytes of a plugin say, before anything of it runs.

#include <filesystem>

#include "host/validate/catalogue.hpp"
#include "host/validate/outcome.hpp"

namespace sslhost::host {

/// `check` is one of level 1.
Outcome check_bytes(const Check& check, const std::filesystem::path& file);

}  // namespace sslhost::host
