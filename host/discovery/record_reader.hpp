// SPDX-License-Identifier: Apache-2.0
#pragma once

// Gate 0, first half: the record of a plugin, read from the bytes of its file. Nothing is mapped or
// loaded, so a file of any content is safe to look at; a truncated library, which kills a process
// inside dlopen, is found here.

#include <filesystem>
#include <optional>
#include <string>

#include "sslhost/record.hpp"

#include "host/discovery/state.hpp"

namespace sslhost::host {

/// `record` is there when it could be read whole; `state` is then ready, and says what is wrong
/// otherwise.
struct Reading {
  State state = State::ready;
  std::string reason = {};
  std::optional<Record> record = {};
};

Reading read_record(const std::filesystem::path& file);

}  // namespace sslhost::host
