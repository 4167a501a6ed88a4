// SPDX-License-Identifier: Apache-2.0
#pragma once

// For how long OpenMP's idle threads look for work before they sleep.

#include <istream>

namespace sslhost::host {

/// GOMP_SPINCOUNT for the worker. To wake a sleeping thread takes up to 100 µs on a virtual
/// machine; but beside other processes threads that spin take the processor from those that work.
/// `loadavg`: /proc/loadavg, of which the number of runnable threads counts, this one included.
const char* spin_count(std::istream& loadavg);

}  // namespace sslhost::host
