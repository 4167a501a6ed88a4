// SPDX-License-Identifier: Apache-2.0
// sslhost [train]: a new run, or with --resume one that was stopped.
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <limits>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "sslhost/engine.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/worker/progress_line.hpp"
#include "host/commands/worker/request.hpp"
#include "host/loading/call_marker.hpp"
#include "host/log/standard_output.hpp"
#include "host/parallel/launch.hpp"
#include "host/run/statistics.hpp"
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
  CallMarker::instance().can_stop();
}

/// The results are in the run folder: a reader that is gone misses nothing.
void forgive_missing_reader() {
  errno = 0;
  std::fflush(results());
  if (errno != EPIPE) return;
  const Descriptor nowhere(open("/dev/null", O_WRONLY));
  dup2(nowhere.get(), fileno(results()));
  std::fflush(results());
  std::clearerr(results());
}

/// 0 % of 13 samples is another thing than 0 % of a thousand.
std::string of_few(const RunResult& r) {
  const auto wrong = std::llround(r.test_error * static_cast<double>(r.test_samples));
  const auto text = error_of_few(wrong, r.test_samples);
  return text.empty() ? "" : " (" + text + ")";
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
    const auto text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    std::fprintf(results(), "%s\n", text.c_str());
    return;
  }
  std::fprintf(
      results(),
      "%s on %s, %lld labels, seed %lld: test error %.2f %%%s%s in %.1f s; run %s; next: %s\n",
      r.method.c_str(), r.dataset.c_str(), static_cast<long long>(r.labels),
      static_cast<long long>(r.seed), 100 * r.test_error, of_few(r).c_str(),
      after(r.iterations).c_str(), r.seconds, r.run.c_str(), r.next.c_str());
}

/// What to go on with where torchrun or Slurm start a run again with the same command line; empty:
/// nothing.
std::string begun_before(const TrainRequest& request) {
  if (attempt_of_environment() == 0) return "";
  std::string out;
  for (const auto& [name, value] : request.options)
    if (name == "out") out = value;
  const auto checkpoint = std::filesystem::path(out) / "checkpoint.safetensors";
  std::error_code ignored;
  return !out.empty() && std::filesystem::exists(checkpoint, ignored) ? out : "";
}

RunResult train_or_resume(const CommandLine& line, const std::optional<Launch>& launch) {
  // Gone from the terminal before anything else is said.
  ProgressLine progress(line.has("quiet") || (launch && !launch->leads()));
  auto request = request_of(line);
  if (const auto run = begun_before(request); !run.empty()) {
    request.options.clear();
    request.recipe.clear();
    return resume(run, request, progress);
  }
  if (line.has("resume")) return resume(line.value("resume"), request, progress);
  for (const auto& [flag, given] : {std::pair("--data-changed", request.data_changed),
                                    std::pair("--plugin-changed", request.plugin_changed)})
    if (given)
      throw Error(ExitCode::usage, {flag, "--resume RUN beside it", "none",
                                    "leave it out: a new run takes all as it is"});
  return train(request, progress);
}

}  // namespace

int train_command(const CommandLine& line) {
  if (!line.operands.empty())
    throw Error(ExitCode::usage, {"command line", "options after train",
                                  "'" + line.operands.front() + "'", "see `sslhost --help`"});
  watch_signals();
  if (line.has("hang-after"))
    CallMarker::instance().hang_after(line.number<int32_t>(
        "hang-after", 1, std::numeric_limits<int32_t>::max(), "whole seconds, at least 1"));
  const auto launch = launch_of_environment();
  const bool leads = !launch || launch->leads();
  try {
    const auto result = train_or_resume(line, launch);
    if (!leads) return static_cast<int>(ExitCode::done);
    print_result(result, line.has("json"));
    forgive_missing_reader();
  } catch (const Error& stop) {
    if (stop.code() != ExitCode::stopped) throw;  // what the user asked for is no error
    if (!leads) return static_cast<int>(ExitCode::stopped);
    std::fprintf(stderr, "%s\n%s\n", stop.parts().found.c_str(), stop.parts().next.c_str());
    return static_cast<int>(ExitCode::stopped);
  }
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
