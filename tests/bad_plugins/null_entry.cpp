// SPDX-License-Identifier: Apache-2.0
// Its entry turns every host away.
#include "tests/bad_plugins/record_only.hpp"

BAD_RECORD("null_entry")
BAD_ENTRY { return nullptr; }
