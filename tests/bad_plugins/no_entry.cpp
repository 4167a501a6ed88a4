// SPDX-License-Identifier: Apache-2.0
// Has a record and nothing behind it.
#include "tests/bad_plugins/record_only.hpp"

BAD_RECORD("no_entry")
