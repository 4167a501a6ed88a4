// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sdk/src/base/widths.hpp"

// For loops over independent sums: as wide as the processor is. Each sum is made of the same
// products in the same order at any width, and this room is compiled without fused ones
// (-ffp-contract=off), so that the bits are the same everywhere.
#define SSLHOST_SELECTION_WIDE \
  SSLHOST_CLONES("arch=x86-64-v4", "avx2") __attribute__((optimize("O3")))
