// SPDX-License-Identifier: Apache-2.0
// Never comes back from a static initialiser.
#include <unistd.h>

#include "tests/bad_plugins/record_only.hpp"

BAD_RECORD("hangs_on_load")
BAD_ENTRY { return nullptr; }

namespace {
[[maybe_unused]] const int kHang = [] {
  while (true) pause();
  return 0;
}();
}  // namespace
