// SPDX-License-Identifier: Apache-2.0
#pragma once

// libjpeg and libpng leave by longjmp. It must pass no frame with a destructor to run, so each call
// into them is a step that holds none, started from here.

#include <csetjmp>

namespace sslhost::images {

/// False where the step jumped to `exit`. Never inlined: its caller's variables would be in the
/// way.
template <class Step>
[[gnu::noinline]] bool ran(std::jmp_buf& exit, const Step& step) {
  if (setjmp(exit) != 0) return false;
  step();
  return true;
}

}  // namespace sslhost::images
