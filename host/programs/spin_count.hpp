// SPDX-License-Identifier: Apache-2.0
#pragma once

// For how long OpenMP's idle threads look for work before they sleep.

#include <functional>
#include <string>

namespace sslhost::host {

/// GOMP_SPINCOUNT for the worker. To wake a sleeping thread takes up to 100 µs on a virtual
/// machine; but beside other processes threads that spin take the processor from those that work.
/// `loadavg` reads /proc/loadavg, of which the number of runnable threads counts, this one
/// included. What works is runnable whenever one looks: a thread that only happened to be awake,
/// as the system's own are for moments, is gone at one of a few looks.
const char* spin_count(const std::function<std::string()>& loadavg);

}  // namespace sslhost::host
