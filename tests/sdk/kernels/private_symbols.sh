#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# private_symbols.sh OBJECT...: the files compiled for AVX2 and AVX-512 share no symbol. Of an inline function the linker keeps
# any one copy, and one with such instructions would stop processors that lack them.
set -eu
seen=0
for object; do
  case $object in */avx2.cpp.o | */avx512.cpp.o) ;; *) continue ;; esac
  seen=$((seen + 1))
  shared=$(nm --defined-only --extern-only --demangle "$object" | grep -v ' [DR] sslhost::[a-z]*::kAvx[0-9]*$' || true)
  if [ -n "$shared" ]; then
    echo "$object: expected nothing but its table of functions, found:" "$shared"
    exit 1
  fi
done
if [ "$seen" -ne 4 ]; then
  echo "expected 4 files, found $seen"
  exit 1
fi
