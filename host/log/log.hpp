// SPDX-License-Identifier: Apache-2.0
#pragma once

// The log: lines on stderr, from any thread. Results go to stdout and are not logged.

#include <string_view>

namespace sslhost::host::log {

enum class Level { debug, info, warning, error, off };

/// Lines below this level are dropped; `info` at the start, `warning` with --quiet.
void set_level(Level level);
Level level();

void debug(std::string_view text);
void info(std::string_view text);
void warning(std::string_view text);  ///< "warning: ..."
void error(std::string_view
               text);  ///< "error: ..."; what ends a program goes through print_error() instead

}  // namespace sslhost::host::log
