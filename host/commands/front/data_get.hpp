// SPDX-License-Identifier: Apache-2.0
#pragma once

// sslhost data get NAME: a data set that is known, into a folder.

#include <filesystem>
#include <optional>
#include <string>

#include "host/commands/command_line.hpp"
#include "host/fetch/known_data.hpp"

namespace sslhost::host {

/// The operands are "get" and the name; flags: to, offline.
int data_get_command(const CommandLine& line);

/// Answers what of `sslhost data` needs no LibTorch: the list, and `get`. Nothing for a check.
std::optional<int> data_in_front(const CommandLine& line);

/// The list that `sslhost data` prints.
std::string known_data_text();

/// Brings what is missing of its files to the folder, with a line of progress on stderr; offline it
/// throws Error (data), which names all of them, and where they are to be had.
void get_data(const KnownData& data, const std::filesystem::path& folder, bool offline);

}  // namespace sslhost::host
