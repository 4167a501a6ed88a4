// SPDX-License-Identifier: Apache-2.0
// A worker without the trainer: the true main() and the true probe, and commands that end in the
// ways a worker can end.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <signal.h>
#include <unistd.h>

#include "host/commands/dispatch.hpp"
#include "host/commands/entries.hpp"
#include "host/loading/call_marker.hpp"
#include "host/loading/loader.hpp"
#include "host/log/standard_output.hpp"

namespace sslhost::host {

namespace {

volatile sig_atomic_t signals_seen = 0;

/// Says that it is ready, and after the first signal waits for a second; 75 plus those beyond the
/// first.
int count_signals() {
  for (const int n : {SIGINT, SIGTERM}) signal(n, [](int) { signals_seen = signals_seen + 1; });
  std::fputs("ready\n", results());
  std::fflush(results());
  while (signals_seen == 0) usleep(1000);
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  return 74 + signals_seen;
}

[[noreturn]] void ignore_signals() {
  for (const int n : {SIGINT, SIGTERM}) signal(n, SIG_IGN);
  std::fputs("ready\n", results());
  std::fflush(results());
  while (true) pause();
}

/// In a call that never ends; two seconds of it are too many where `limited`. Asked to stop it does
/// not.
[[noreturn]] void hang(bool limited) {
  auto& marker = CallMarker::instance();
  for (const int n : {SIGINT, SIGTERM}) signal(n, [](int) {});
  marker.can_stop();
  if (limited) marker.hang_after(2);
  const auto scope = marker.enter("vat", "step", 12);
  std::fputs("ready\n", results());
  std::fflush(results());
  while (true) usleep(1000);
}

/// As a careless plugin does.
int print() {
  std::puts("from a plugin");
  std::fputs("an answer\n", results());
  return 0;
}

[[noreturn]] void die_in_step(const std::string& how) {
  const auto scope = CallMarker::instance().enter("vat", "step", 12);
  if (how == "abort") std::abort();
  if (how == "exit") _exit(0);
  if (how == "term") raise(SIGTERM);
  if (how == "kill") raise(SIGKILL);
  raise(SIGSEGV);
  std::abort();
}

}  // namespace

int run_command(const std::vector<std::string>& arguments) {
  if (!arguments.empty() && arguments[0] == "probe") return probe_command(parse(arguments));
  const std::string what = arguments.size() > 1 ? arguments[1] : "";
  const std::string how = arguments.size() > 2 ? arguments[2] : "";
  if (what == "--exit") return std::atoi(how.c_str());
  if (what == "--error") throw Error(ExitCode::data, {"data.bin", "bytes", "none", "look again"});
  if (what == "--bug") throw std::logic_error("impossible");
  if (what == "--abort") std::abort();
  if (what == "--leave") std::exit(0);
  if (what == "--die-in-step") die_in_step(how);
  if (what == "--hang") hang(how == "limited");
  if (what == "--print") return print();
  if (what == "--load") load_plugin(inspect(how, "test"));
  if (what == "--count-signals") return count_signals();
  if (what == "--ignore-signals") ignore_signals();
  std::fprintf(results(), "spin %s;", std::getenv("GOMP_SPINCOUNT"));
  for (const auto& a : arguments) std::fprintf(results(), " [%s]", a.c_str());
  std::fprintf(results(), "\n");
  return 0;
}

}  // namespace sslhost::host
