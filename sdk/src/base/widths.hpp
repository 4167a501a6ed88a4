// SPDX-License-Identifier: Apache-2.0
#pragma once

// A loop of a CPU compiled for the widths of vector of x86-64's versions 3 (AVX2 with FMA) and 4
// (AVX-512), and for any processor; the one for this processor is taken.
#define SSLHOST_WIDTHS \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), noinline))
