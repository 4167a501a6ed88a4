// SPDX-License-Identifier: Apache-2.0
// Ends the process from a static initialiser, as if all were well, after printing nonsense on
// stdout.
#include <cstdio>

#include <unistd.h>

#include "tests/bad_plugins/record_only.hpp"

BAD_RECORD("exits_on_load")
BAD_ENTRY { return nullptr; }

namespace {
[[maybe_unused]] const int kExit =
    (std::puts("{\"options\": []}"), std::fflush(stdout), _exit(0), 0);
}
