// SPDX-License-Identifier: Apache-2.0
#pragma once

// The worker's last act before it dies of a crash: it writes down where, for the front to read.

#include <signal.h>

namespace sslhost::host {

/// For SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT, which then end the process as ever, with its
/// core file where the system writes one; and for say_where_signal(), which ends nothing.
void install_crash_handler();

/// What the front sends to a worker that hangs.
inline int say_where_signal() { return SIGRTMIN + 1; }

}  // namespace sslhost::host
