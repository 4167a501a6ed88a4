// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

namespace sslhost::host {

/// Options' names with their values, as in config.toml.
using RecordedOptions = std::map<std::string, std::string>;

/// Where a run reads, works and writes, and how often it says so. Device and number of threads
/// decide the order of sums, and so last bits, but not what is computed.
inline constexpr std::string_view kNotDeciding[] = {"data",      "device",           "residency",
                                                    "threads",   "timeout",          "out",
                                                    "log_every", "checkpoint_every", "pictures"};

/// Whether an option has a say in what a run computes.
inline bool decides(std::string_view name) {
  return std::find(std::begin(kNotDeciding), std::end(kNotDeciding), name) ==
         std::end(kNotDeciding);
}

}  // namespace sslhost::host
