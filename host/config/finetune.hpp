// SPDX-License-Identifier: Apache-2.0
#pragma once

// Going on with a finished run's network, all layers of it, at a small rate: --finetune RUN as the
// options that it stands for.

#include <filesystem>

#include "host/config/option_sources.hpp"
#include "host/discovery/search_path.hpp"

namespace sslhost::host {

/// The run's data, split and seed, its model as init, method supervised, and the rates that suit.
/// Throws Error (storage) where there is no run.
OptionSource finetune_source(const std::filesystem::path& run, const SearchPath& search);

}  // namespace sslhost::host
