// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which function of a library or program an address belongs to, read from its symbols.

#include <cstdint>
#include <filesystem>
#include <string>

namespace sslhost::host {

/// `offset` counts from where the file begins in memory. The function's name as it is written in
/// C++, without its parameters; empty where the file does not say.
std::string function_at(const std::filesystem::path& file, uint64_t offset);

}  // namespace sslhost::host
