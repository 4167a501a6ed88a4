// SPDX-License-Identifier: Apache-2.0
#pragma once

// A list of the samples that are to be labeled, chosen by a person or a program.

#include <cstdint>
#include <filesystem>
#include <vector>

#include "host/data/split.hpp"

namespace sslhost::host {

/// A sample of the training part on each line, by its name or, counted from 0, its number; blank
/// lines are passed over. Throws Error (data) naming file and line: for what is no sample, and for
/// one that comes twice.
std::vector<int64_t> read_label_ids(const std::filesystem::path& file, const SplitSource& source);

}  // namespace sslhost::host
