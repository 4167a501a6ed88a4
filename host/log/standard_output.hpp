// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>

namespace sslhost::host {

/// The worker's first act. Standard output is for answers alone: whatever plugins and libraries
/// print there from here on appears on standard error.
void keep_standard_output();

/// Where answers are printed: the standard output that the program was given.
std::FILE* results();

/// Call when all results are printed. Throws Error (storage) where standard output did not take
/// them, on a full disk say: that must not look like success.
void require_written();

}  // namespace sslhost::host
