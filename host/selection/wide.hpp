// SPDX-License-Identifier: Apache-2.0
#pragma once

// For loops over independent sums: as wide as the processor is. Each sum is made of the same
// products in the same order at any width, and this room is compiled without fused ones
// (-ffp-contract=off), so that the bits are the same everywhere.

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define SSLHOST_SELECTION_WIDE \
  __attribute__((target_clones("arch=x86-64-v4", "avx2", "default"), optimize("O3")))
#else
#define SSLHOST_SELECTION_WIDE
#endif
