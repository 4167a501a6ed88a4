// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>

namespace sslhost::host {

/// Descriptors 0 to 2 that the caller closed (`sslhost ... >&-`) lead to /dev/null. Otherwise the
/// next file that is opened, the lock or the marker page, would get that number and our own text.
inline void hold_standard_streams() {
  for (const int number : {0, 1, 2})
    if (fcntl(number, F_GETFD) == -1) open("/dev/null", O_RDWR);  // takes the lowest that is free
}

}  // namespace sslhost::host
