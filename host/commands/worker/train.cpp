// SPDX-License-Identifier: Apache-2.0
// sslhost [train]: a new run, or with --resume one that was stopped.
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <iostream>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "sslhost/engine.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/worker/progress_line.hpp"
#include "host/commands/worker/request.hpp"
#include "host/loading/call_marker.hpp"
#include "host/storage/descriptor.hpp"

namespace sslhost::host {

namespace {

/// Asks for a checkpoint. What reaches the front program and us is one request: it alone tells a
/// second press, and then kills. Without it the second signal finds the default action.
extern "C" void on_signal(int number) {
  request_stop();
  if (CallMarker::instance().front() == 0) signal(number, SIG_DFL);
}

void watch_signals() {
  for (const int n : {SIGINT, SIGTERM}) signal(n, on_signal);
  for (const int n : {SIGHUP, SIGXCPU, SIGUSR1, SIGUSR2})  // nohup(1) has the first ignored
    if (signal(n, on_signal) == SIG_IGN) signal(n, SIG_IGN);
  // A reader of our lines that goes away (`| head`) ends the printing, not the run.
  signal(SIGPIPE, SIG_IGN);
}

/// The results are in the run folder: a reader that is gone misses nothing.
void forgive_missing_reader() {
  errno = 0;
  std::cout.flush();
  std::fflush(stdout);
  if (errno != EPIPE) return;
  const Descriptor nowhere(open("/dev/null", O_WRONLY));
  dup2(nowhere.get(), STDOUT_FILENO);
  std::cout.clear();
  std::fflush(stdout);
  std::clearerr(stdout);
}

/// 0 % of 13 samples is another thing than 0 % of a thousand.
std::string of_few(const RunResult& r) {
  constexpr int64_t kFew = 200;
  if (r.test_samples >= kFew) return "";
  const auto wrong = std::llround(r.test_error * static_cast<double>(r.test_samples));
  return " (" + std::to_string(wrong) + " of " + std::to_string(r.test_samples) + ")";
}

std::string after(int64_t iterations) {
  return iterations > 0 ? " after " + std::to_string(iterations) + " iterations" : "";
}

void print_result(const RunResult& r, bool json) {
  if (json) {
    const auto temperature = r.temperature ? nlohmann::json(*r.temperature) : nlohmann::json();
    const nlohmann::ordered_json line = {{"method", r.method},
                                         {"dataset", r.dataset},
                                         {"labels", r.labels},
                                         {"seed", r.seed},
                                         {"iterations", r.iterations},
                                         {"test_error", r.test_error},
                                         {"test_samples", r.test_samples},
                                         {"macro_f1", r.macro_f1},
                                         {"temperature", temperature},
                                         {"ece", r.ece},
                                         {"ece_before", r.ece_before},
                                         {"seconds", r.seconds},
                                         {"evaluation_seconds", r.evaluation_seconds},
                                         {"set_up_seconds", r.set_up_seconds},
                                         {"run", r.run.string()}};
    // A folder's name need not be UTF-8.
    std::cout << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
    return;
  }
  std::printf(
      "%s on %s, %lld labels, seed %lld: test error %.2f %%%s%s in %.1f s; run %s; next: %s\n",
      r.method.c_str(), r.dataset.c_str(), static_cast<long long>(r.labels),
      static_cast<long long>(r.seed), 100 * r.test_error, of_few(r).c_str(),
      after(r.iterations).c_str(), r.seconds, r.run.c_str(), r.next.c_str());
}

RunResult train_or_resume(const CommandLine& line) {
  // Gone from the terminal before anything else is said.
  ProgressLine progress(line.has("quiet"));
  const auto request = request_of(line);
  if (!line.has("resume") && !request.data_changed) return train(request, progress);
  if (!line.has("resume"))
    throw Error(ExitCode::usage, {"--data-changed", "--resume RUN beside it", "none",
                                  "leave it out: a new run takes the data as they are"});
  return resume(line.value("resume"), request, progress);
}

}  // namespace

int train_command(const CommandLine& line) {
  if (!line.operands.empty())
    throw Error(ExitCode::usage, {"command line", "options after train",
                                  "'" + line.operands.front() + "'", "see `sslhost --help`"});
  watch_signals();
  try {
    print_result(train_or_resume(line), line.has("json"));
    forgive_missing_reader();
  } catch (const Error& stop) {
    if (stop.code() != ExitCode::stopped) throw;  // what the user asked for is no error
    std::fprintf(stderr, "%s\n%s\n", stop.parts().found.c_str(), stop.parts().next.c_str());
    return static_cast<int>(ExitCode::stopped);
  }
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
