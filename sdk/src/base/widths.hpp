// SPDX-License-Identifier: Apache-2.0
#pragma once

// A function compiled once for each of the named processors and for any; which one is taken is
// chosen as the library is loaded. Sanitizers see what chooses before they are ready for it, and
// have the one for any processor.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define SSLHOST_CLONES(...) __attribute__((target_clones(__VA_ARGS__, "default")))
#else
#define SSLHOST_CLONES(...)
#endif

// x86-64's versions 3 (AVX2 with FMA) and 4 (AVX-512).
#define SSLHOST_WIDTHS SSLHOST_CLONES("arch=x86-64-v4", "arch=x86-64-v3") __attribute__((noinline))
