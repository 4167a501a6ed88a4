// SPDX-License-Identifier: Apache-2.0
#include "host/programs/crash_handler.hpp"

#include <iterator>

#include <execinfo.h>
#include <signal.h>

#include "host/loading/call_marker.hpp"

namespace sslhost::host {

namespace {

/// The innermost are this handler and the system's return from it.
constexpr int kOwn = 2;

void note_where() {
  void* addresses[64];
  const int count = backtrace(addresses, static_cast<int>(std::size(addresses)));
  if (count > kOwn) CallMarker::instance().note_places(addresses + kOwn, count - kOwn);
}

extern "C" void on_crash(int number, siginfo_t* info, void*) {
  note_where();
  // The default is back (SA_RESETHAND). A fault comes again by itself, with its place in the core
  // file; a signal that was sent does not.
  if (info->si_code <= 0) raise(number);
}

extern "C" void on_question(int, siginfo_t*, void*) { note_where(); }

void install(int number, void (*handler)(int, siginfo_t*, void*), int flags) {
  struct sigaction action = {};
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | flags;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, nullptr);
}

}  // namespace

void install_crash_handler() {
  static char stack[64 * 1024];  // another one: that of the program may have overflown
  stack_t other = {};
  other.ss_sp = stack;
  other.ss_size = sizeof stack;
  sigaltstack(&other, nullptr);
  void* first[1];
  backtrace(first, 1);  // its first call loads a library, which a handler must not
  CallMarker::instance();
  for (const int number : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT})
    install(number, on_crash, static_cast<int>(SA_RESETHAND | SA_NODEFER));
  install(say_where_signal(), on_question, SA_RESTART);
}

}  // namespace sslhost::host
