// SPDX-License-Identifier: Apache-2.0
#include "host/programs/supervise.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sslhost/error.hpp"

#include "host/discovery/libtorch.hpp"
#include "host/loading/call_marker.hpp"
#include "host/log/is_terminal.hpp"
#include "host/programs/crash_handler.hpp"
#include "host/programs/death_report.hpp"
#include "host/programs/spin_count.hpp"
#include "host/programs/watchdog.hpp"
#include "host/programs/worker_environment.hpp"

extern char** environ;

namespace sslhost::host {

namespace {

using Clock = std::chrono::steady_clock;

/// timeout(1) sends its signal twice, microseconds apart; nobody presses a key that fast.
constexpr auto kSamePress = std::chrono::milliseconds(100);

sigset_t signals_of(std::initializer_list<int> numbers) {
  sigset_t set;
  sigemptyset(&set);
  for (const int n : numbers) sigaddset(&set, n);
  return set;
}

/// Those that nobody told us to ignore, as nohup(1) does with SIGHUP: blocked, an ignored signal
/// would still be waited for.
void drop_ignored(sigset_t& set, std::initializer_list<int> numbers) {
  for (const int n : numbers) {
    struct sigaction now = {};
    if (sigaction(n, nullptr, &now) == 0 && now.sa_handler == SIG_IGN) sigdelset(&set, n);
  }
}

/// The worker gets a process group of its own: a Ctrl-C at the terminal reaches us only, and
/// through us the worker, once.
pid_t spawn_worker(const std::filesystem::path& worker, const std::vector<std::string>& arguments,
                   int marker, const sigset_t& mask) {
  std::vector<char*> argv = {const_cast<char*>(worker.c_str())};
  for (const auto& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setsigmask(&attributes, &mask);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, marker, marker);  // the same number: inherited
  pid_t pid = -1;
  const int error = posix_spawn(&pid, worker.c_str(), &actions, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0)
    throw Error(ExitCode::bug,
                {worker.string(), "the worker program beside sslhost", std::strerror(error),
                 "build or install sslhost again: its two programs belong together"});
  return pid;
}

struct Ending {
  int status = 0;       ///< as waitpid() gives it
  int signal = 0;       ///< the user's first, passed on; 0: none
  bool killed = false;  ///< by the user's second
  bool hung = false;    ///< and was killed by us
};

/// Ctrl-Z stops both, and the shell's `fg` continues both.
void stop_with(pid_t worker) {
  kill(-worker, SIGSTOP);
  raise(SIGSTOP);
  kill(-worker, SIGCONT);
}

/// A terminal that goes away stops a run as its user would, and so do Slurm's warnings and a limit
/// of processor time.
int passed_on(int signal) { return signal == SIGINT || signal == SIGQUIT ? signal : SIGTERM; }

/// Warnings may be repeated by whoever sends them, and are no second press.
bool is_press(int signal) { return signal != SIGXCPU && signal != SIGUSR1 && signal != SIGUSR2; }

/// Beside the worker's line that may stand there without an end.
void say(const std::string& text) {
  const char* clean = is_terminal(STDERR_FILENO) ? "\r\033[K" : "";
  std::fprintf(stderr, "%s%s\n", clean, text.c_str());
}

void answer_first(const MarkerWatch& marker, int signal) {
  if (marker.page().stops == 0) return;  // the worker ends at once
  say(std::string("asked to stop (") + strsignal(signal) +
      "): after this iteration, with a checkpoint; once more ends it at once");
}

void answer_second(const MarkerWatch& marker) {
  if (marker.page().stops == 0) return;
  const auto call = marker.last_call();
  say("ended at once" + (call.empty() ? "" : ": " + call) +
      "; its last checkpoint, where it has one, is as it was (--resume)");
}

/// Asks the worker where it is, and ends it.
void end_hanging(pid_t worker, const MarkerWatch& marker) {
  kill(worker, say_where_signal());
  for (int i = 0; i < 100 && marker.page().places == 0; ++i) usleep(10'000);
  kill(-worker, SIGKILL);
}

Ending watch(pid_t worker, const MarkerWatch& marker, const sigset_t& watched) {
  constexpr timespec kLook = {.tv_sec = 1, .tv_nsec = 0};
  Ending end;
  Clock::time_point first;
  Watchdog dog(marker, Clock::now());
  while (true) {
    const int signal = sigtimedwait(&watched, nullptr, &kLook);
    if (const auto text = dog.look(Clock::now()); !text.empty() && !end.killed) say(text);
    if (!end.hung && dog.is_over(Clock::now())) {
      end.hung = true;
      end_hanging(worker, marker);
    }
    if (signal == SIGCHLD) {
      // Also sent when the worker merely stops.
      if (waitpid(worker, &end.status, WNOHANG) == worker) return end;
    } else if (signal == SIGTSTP) {
      stop_with(worker);
    } else if (signal > 0 && end.signal == 0) {
      end.signal = signal;
      first = Clock::now();
      answer_first(marker, signal);
      dog.asked();
      kill(worker, passed_on(signal));
    } else if (signal > 0 && is_press(signal) && Clock::now() - first > kSamePress) {
      end.signal = signal;
      end.killed = true;
      answer_second(marker);
      kill(-worker, SIGKILL);
    }
  }
}

}  // namespace

int run_worker(const std::filesystem::path& worker, const std::vector<std::string>& arguments) {
  const MarkerWatch marker;
  setenv(kMarkerVariable, std::to_string(marker.descriptor()).c_str(), 1);
  settle_libtorch(worker);
  settle_worker_environment();
  const auto loadavg = [] {
    std::string line;
    std::getline(std::ifstream("/proc/loadavg"), line);
    return line;
  };
  if (!std::getenv("GOMP_SPINCOUNT")) setenv("GOMP_SPINCOUNT", spin_count(loadavg), 1);
  signal(SIGTTOU, SIG_IGN);  // inherited: outside the terminal's foreground group the worker may
                             // still write to it

  sigset_t watched =
      signals_of({SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU, SIGUSR1, SIGUSR2, SIGTSTP, SIGCHLD});
  drop_ignored(watched, {SIGHUP, SIGQUIT, SIGXCPU, SIGUSR1, SIGUSR2});
  sigset_t before;
  sigprocmask(SIG_BLOCK, &watched, &before);
  const Ending end =
      watch(spawn_worker(worker, arguments, marker.descriptor(), before), marker, watched);
  sigprocmask(SIG_SETMASK, &before, nullptr);

  if (end.hung) return report_hang(marker);
  if (end.killed) return 128 + end.signal;
  const bool by_our_signal =
      end.signal != 0 && WIFSIGNALED(end.status) && WTERMSIG(end.status) == passed_on(end.signal);
  if (by_our_signal) return 128 + end.signal;
  // Whoever reads our output has enough, as in `sslhost predict RUN | head`.
  if (WIFSIGNALED(end.status) && WTERMSIG(end.status) == SIGPIPE) return 128 + SIGPIPE;
  if (WIFEXITED(end.status) && marker.page().state == MarkerPage::finished)
    return WEXITSTATUS(end.status);
  return report_death(worker, arguments, marker, end.status);
}

}  // namespace sslhost::host
