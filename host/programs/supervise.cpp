// SPDX-License-Identifier: Apache-2.0
#include "host/programs/supervise.hpp"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sslhost/error.hpp"

#include "host/discovery/libtorch.hpp"
#include "host/discovery/child.hpp"
#include "host/discovery/missing_libraries.hpp"
#include "host/loading/call_marker.hpp"
#include "host/log/print_error.hpp"
#include "host/programs/spin_count.hpp"
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

Ending watch(pid_t worker, const sigset_t& watched) {
  Ending end;
  Clock::time_point first;
  while (true) {
    const int signal = sigwaitinfo(&watched, nullptr);
    if (signal == SIGCHLD) {
      // Also sent when the worker merely stops.
      if (waitpid(worker, &end.status, WNOHANG) == worker) return end;
    } else if (signal == SIGTSTP) {
      stop_with(worker);
    } else if (signal > 0 && end.signal == 0) {
      end.signal = signal;
      first = Clock::now();
      kill(worker, passed_on(signal));
    } else if (signal > 0 && is_press(signal) && Clock::now() - first > kSamePress) {
      end.signal = signal;
      end.killed = true;
      kill(-worker, SIGKILL);
    }
  }
}

std::string manner_of_death(int status) {
  if (WIFSIGNALED(status)) return signal_text(WTERMSIG(status));
  return "ended by exit(" + std::to_string(WEXITSTATUS(status)) + ") in the middle of its work";
}

/// Nobody's fault here: who kills the worker has a reason.
int report_end_from_outside(int status) {
  const int signal = WTERMSIG(status);
  print_error(Error(
      ExitCode::stopped,
      {"sslhost-worker", "", "the worker process was " + signal_text(signal),
       signal == SIGKILL ? "the system may have run out of memory: see the kernel's log (dmesg), "
                           "or use smaller batches; a run goes on with --resume"
                         : "a run goes on with --resume"}));
  return 128 + signal;
}

std::string join(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : "\n") + text;
  return all;
}

/// The loader ends a program whose libraries it does not get with exit code 127.
int report_unloadable(const std::filesystem::path& worker) {
  const auto missing = missing_libraries(worker);
  if (missing.names.empty())
    return print_error(
        Error(ExitCode::storage,
              {worker.string(), "that the system loads its libraries", "it does not, as said above",
               "if memory is limited (ulimit -v), raise the limit; else install sslhost again"}));
  return print_error(Error(
      ExitCode::storage,
      {worker.string(), "its libraries, in folders that you may read:\n" + join(missing.looked_in),
       "not found there or not to be read: " + join(missing.names),
       "have LibTorch put where every user may read it and sslhost built with it\n"
       "(LIBTORCH=DIR scripts/setup), or set LD_LIBRARY_PATH to the folders that have them"}));
}

int report_death(const std::filesystem::path& worker, const MarkerWatch& marker, int status) {
  const auto call = marker.last_call();
  constexpr int kNotLoaded = 127;
  const bool began = marker.page().state != MarkerPage::not_started;
  if (!began && WIFEXITED(status) && WEXITSTATUS(status) == kNotLoaded)
    return report_unloadable(worker);
  if (!began && (WIFEXITED(status) || is_crash(WTERMSIG(status))))
    return print_error(Error(
        ExitCode::bug, {"sslhost-worker", "that it starts", manner_of_death(status),
                        "run scripts/setup or install again; a library of its may be missing"}));
  if (WIFSIGNALED(status) && !is_crash(WTERMSIG(status))) return report_end_from_outside(status);
  const bool finished = marker.page().state == MarkerPage::finished;
  const bool in_plugin = !call.empty() && !finished;
  const std::string where = in_plugin  ? call
                            : finished ? "sslhost-worker, after its work was done"
                                       : "sslhost-worker, outside of plugins";
  return print_error(Error(
      in_plugin ? ExitCode::plugin : ExitCode::bug,
      {where, "", "the worker process was " + manner_of_death(status),
       in_plugin ? "report it to the plugin's author; `sslhost plugins` lists the plugins that "
                   "there are"
                 : "please report it, with the command line and what was printed above"}));
}

}  // namespace

int run_worker(const std::filesystem::path& worker, const std::vector<std::string>& arguments) {
  const MarkerWatch marker;
  setenv(kMarkerVariable, std::to_string(marker.descriptor()).c_str(), 1);
  settle_libtorch(worker);
  settle_worker_environment();
  std::ifstream loadavg("/proc/loadavg");
  setenv("GOMP_SPINCOUNT", spin_count(loadavg), 0);
  signal(SIGTTOU, SIG_IGN);  // inherited: outside the terminal's foreground group the worker may
                             // still write to it

  sigset_t watched =
      signals_of({SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU, SIGUSR1, SIGUSR2, SIGTSTP, SIGCHLD});
  drop_ignored(watched, {SIGHUP, SIGQUIT, SIGXCPU, SIGUSR1, SIGUSR2});
  sigset_t before;
  sigprocmask(SIG_BLOCK, &watched, &before);
  const Ending end = watch(spawn_worker(worker, arguments, marker.descriptor(), before), watched);
  sigprocmask(SIG_SETMASK, &before, nullptr);

  if (end.killed) return 128 + end.signal;
  const bool by_our_signal = end.signal != 0 && WIFSIGNALED(end.status) &&
                             WTERMSIG(end.status) == passed_on(end.signal);
  if (by_our_signal) return 128 + end.signal;
  // Whoever reads our output has enough, as in `sslhost predict RUN | head`.
  if (WIFSIGNALED(end.status) && WTERMSIG(end.status) == SIGPIPE) return 128 + SIGPIPE;
  if (WIFEXITED(end.status) && marker.page().state == MarkerPage::finished)
    return WEXITSTATUS(end.status);
  return report_death(worker, marker, end.status);
}

}  // namespace sslhost::host
