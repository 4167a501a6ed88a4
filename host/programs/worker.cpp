// SPDX-License-Identifier: Apache-2.0
// sslhost-worker: links LibTorch, probes plugins and trains. Started by sslhost, which watches it.
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "host/commands/dispatch.hpp"
#include "host/device/memory_guard.hpp"
#include "host/loading/call_marker.hpp"
#include "host/log/print_error.hpp"
#include "host/log/standard_output.hpp"
#include "host/programs/crash_handler.hpp"
#include "host/programs/standard_streams.hpp"
#include "host/storage/filesystem_mistake.hpp"

namespace {

using sslhost::host::CallMarker;

/// glibc would give freed memory back in every iteration and pay for it in page faults
/// (docs/explanation/performance.md).
void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

/// A front program that is killed takes its worker along, which then stops as at a first Ctrl-C.
void end_with(int front) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  // It may be gone already: loading our libraries takes a third of a second.
  if (getppid() != front) raise(SIGTERM);
}

int run(const std::vector<std::string>& arguments) {
  try {
    return sslhost::host::run_command(arguments);
  } catch (const sslhost::Error& e) {
    return sslhost::host::print_error(e);
  } catch (const std::filesystem::filesystem_error& e) {
    return sslhost::host::print_error(
        sslhost::host::filesystem_mistake(e, sslhost::ExitCode::storage));
  } catch (const std::exception& e) {
    return sslhost::host::print_bug(e.what());
  } catch (...) {
    return sslhost::host::print_bug("something was thrown that is not derived from std::exception");
  }
}

}  // namespace

int main(int argc, char** argv) {
  sslhost::host::hold_standard_streams();
  sslhost::host::keep_standard_output();
  keep_freed_memory();
  sslhost::host::refuse_tensors_that_do_not_fit();
  signal(SIGCHLD, SIG_DFL);  // as in the front program
  signal(SIGXFSZ, SIG_IGN);  // a file at its limit (ulimit -f) is an error of write(), no death
  auto& marker = CallMarker::instance();
  sslhost::host::install_crash_handler();
  marker.start();
  if (const int front = marker.front(); front != 0) end_with(front);
  const int code = run({argv + 1, argv + argc});
  marker.finish();
  return code;
}
