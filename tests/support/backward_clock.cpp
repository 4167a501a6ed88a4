// SPDX-License-Identifier: Apache-2.0
// For LD_PRELOAD: a clock on the wall that goes back by an hour each time that it is read, as
// after corrections over the network, and begins before 1970.
#include <ctime>

#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace {
time_t backward() {
  static time_t now = 0;
  return __atomic_sub_fetch(&now, 3600, __ATOMIC_RELAXED);
}
}  // namespace

extern "C" {
int clock_gettime(clockid_t clock, timespec* t) noexcept {
  if (clock != CLOCK_REALTIME) return static_cast<int>(syscall(SYS_clock_gettime, clock, t));
  *t = {.tv_sec = backward(), .tv_nsec = 0};
  return 0;
}
int gettimeofday(timeval* t, void*) noexcept {
  *t = {.tv_sec = backward(), .tv_usec = 0};
  return 0;
}
time_t time(time_t* t) noexcept {
  const time_t now = backward();
  if (t != nullptr) *t = now;
  return now;
}
}
