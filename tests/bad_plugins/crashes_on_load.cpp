// SPDX-License-Identifier: Apache-2.0
// Dies in a static initialiser, before any entry can be called.
#include <csignal>
#include <cstdio>

#include "tests/bad_plugins/record_only.hpp"

BAD_RECORD("crashes_on_load")
BAD_ENTRY { return nullptr; }

namespace {
[[maybe_unused]] const int kCrash = (std::fputs("about to crash\n", stderr), std::raise(SIGSEGV));
}
