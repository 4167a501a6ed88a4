// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/runner.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <fstream>
#include <list>
#include <set>
#include <sstream>
#include <thread>

#include <signal.h>

#include "host/comparison/error_words.hpp"
#include "host/comparison/run_process.hpp"
#include "host/comparison/run_state.hpp"
#include "host/comparison/run_times.hpp"
#include "host/run/folder_lock.hpp"

namespace sslhost::host {

namespace {

using Clock = std::chrono::steady_clock;

/// Signals that are waited for instead of being delivered; as before when it ends.
class WatchedSignals {
 public:
  WatchedSignals() {
    sigemptyset(&set_);
    for (const int n : {SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR1, SIGUSR2, SIGCHLD}) {
      struct sigaction now = {};  // nohup(1) has one ignored
      if (sigaction(n, nullptr, &now) != 0 || now.sa_handler != SIG_IGN) sigaddset(&set_, n);
    }
    sigprocmask(SIG_BLOCK, &set_, &before_);
  }
  ~WatchedSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  WatchedSignals(const WatchedSignals&) = delete;
  WatchedSignals& operator=(const WatchedSignals&) = delete;

  /// Of a user who wants an end; 0: none came within a fifth of a second, or a child ended.
  int next() const {
    constexpr timespec kLook = {.tv_sec = 0, .tv_nsec = 200'000'000};
    const int signal = sigtimedwait(&set_, nullptr, &kLook);
    return signal == SIGCHLD ? 0 : std::max(signal, 0);
  }

 private:
  sigset_t set_, before_;
};

/// Bytes that processes can have without others being swapped out; 0: not known.
int64_t available_memory() {
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("MemAvailable:")) return std::stoll(line.substr(13)) * 1024;
  return 0;
}

class Runner {
 public:
  Runner(const ComparisonPlan& plan, const RunnerSettings& settings, RunnerObserver& observer)
      : plan_(plan), settings_(settings), observer_(observer) {
    for (const auto& run : plan.runs) {
      const auto known = known_run(plan, run);
      if (known.state == RunState::finished)
        learn(run, *known.record);
      else
        waiting_.push_back(&run);
    }
    state_.runs = static_cast<int64_t>(plan.runs.size());
    state_.done = state_.runs - static_cast<int64_t>(waiting_.size());
  }

  RunnerResult run() {
    const WatchedSignals signals;
    while (!waiting_.empty() || !running_.empty()) {
      if (!result_.stopped) start_some();
      if (running_.empty() && result_.stopped) break;
      tell();
      if (const int signal = signals.next(); signal > 0) stop(signal);
      collect_ended();
    }
    return std::move(result_);
  }

 private:
  struct Running {
    const PlannedRun* run;
    RunProcess process;
  };

  void learn(const PlannedRun& run, const RunRecord& record) {
    times_.add(plan_.setting(run).arm, record);
    peak_ = std::max(peak_, record.results->peak_memory);
  }

  void start_some() {
    for (auto left = waiting_.size(); left > 0 && has_room(); --left) {
      const auto* run = waiting_.front();
      waiting_.pop_front();
      if (is_locked(plan_.folder_of(*run)))
        wait_for(*run);
      else
        start(*run);
    }
  }

  /// A second run begins where one more of the largest yet would fit, and half again.
  bool has_room() const {
    constexpr int64_t kUnknown = int64_t{1} << 29;  // a small run, LibTorch included
    if (running_.empty()) return true;
    if (static_cast<int>(running_.size()) >= settings_.jobs) return false;
    const auto available = available_memory();
    const auto need = peak_ > 0 ? peak_ : kUnknown;
    return available == 0 || available > need + need / 2;
  }

  /// One that outlived an earlier comparison which was killed, and is about to stop.
  void wait_for(const PlannedRun& run) {
    if (told_.insert("waiting for " + run.name).second)
      observer_.note(run.name + " is in use by another process; waiting for it");
    waiting_.push_back(&run);
  }

  void start(const PlannedRun& run) {
    const auto known = known_run(plan_, run);
    if (known.state == RunState::finished) {  // by somebody else meanwhile
      learn(run, *known.record);
      ++state_.done;
      return;
    }
    if (known.state == RunState::unbegun) clear_unbegun(plan_.folder_of(run));
    const bool resume = known.state == RunState::stopped;
    running_.push_back(
        {&run, RunProcess(settings_.front, plan_.arguments_of(run, resume), settings_.threads)});
  }

  void tell() {
    state_.running = static_cast<int>(running_.size());
    std::map<std::string, int64_t> left;
    for (const auto* run : waiting_) ++left[plan_.setting(*run).arm];
    for (const auto& running : running_) ++left[plan_.setting(*running.run).arm];
    state_.seconds_left = seconds_of(times_, left, settings_.jobs);
    observer_.state(state_);
  }

  /// Slurm and limits of processor time warn more than once: only a press of a key ends at once.
  void stop(int signal) {
    const bool again = result_.stopped && (signal == SIGINT || signal == SIGTERM) &&
                       Clock::now() - asked_ > std::chrono::milliseconds(300);
    if (result_.stopped && !again) return;
    if (!result_.stopped)
      observer_.note(
          "asked to stop: runs end after their iteration, with a checkpoint; once more "
          "ends them at once");
    result_.stopped = true;
    asked_ = Clock::now();
    for (const auto& running : running_) running.process.send(SIGTERM);
  }

  void collect_ended() {
    for (auto i = running_.begin(); i != running_.end();) {
      if (!i->process.has_ended()) {
        ++i;
        continue;
      }
      ended(*i->run, i->process);
      i = running_.erase(i);
    }
  }

  void ended(const PlannedRun& run, const RunProcess& process) {
    const auto errors = process.errors();
    pass_on_warnings(run, errors);
    if (process.code() == 0) {
      learn(run, *known_run(plan_, run).record);
      ++state_.done;
      return;
    }
    if (result_.stopped) return;
    const auto parts = error_words(errors, run.name);
    observer_.warning(parts.where + " (exit code " + std::to_string(process.code()) + ")");
    fail(run, {process.code(), parts});
    if (parts.where.find(kOfSplit) != parts.where.npos) fail_waiting(run.labels, parts);
  }

  void fail(const PlannedRun& run, RunFailure failure) {
    ++state_.failed;
    result_.failures[run.name] = std::move(failure);
  }

  /// Where the data have too few labels for a run, they have for all that ask for as many.
  void fail_waiting(int64_t labels, const Error::Parts& parts) {
    std::erase_if(waiting_, [&](const PlannedRun* run) {
      if (run->labels == labels) fail(*run, {static_cast<int>(ExitCode::data), parts});
      return run->labels == labels;
    });
  }

  /// Each once: what is said of one run is mostly said of all.
  void pass_on_warnings(const PlannedRun& run, const std::string& errors) {
    constexpr std::string_view kWarning = "warning: ";
    std::istringstream lines(errors);
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with(kWarning) && told_.insert(line).second)
        observer_.warning(run.name + ": " + line.substr(kWarning.size()));
  }

  static constexpr std::string_view kOfSplit = "split, ";  // what a draw that fails names

  const ComparisonPlan& plan_;
  const RunnerSettings& settings_;
  RunnerObserver& observer_;
  std::deque<const PlannedRun*> waiting_;
  std::list<Running> running_;
  RunTimes times_;
  int64_t peak_ = 0;  ///< memory of the largest run yet
  RunnerState state_;
  RunnerResult result_;
  Clock::time_point asked_;
  std::set<std::string> told_;
};

}  // namespace

RunnerResult make_runs(const ComparisonPlan& plan, const RunnerSettings& settings,
                       RunnerObserver& observer) {
  return Runner(plan, settings, observer).run();
}

}  // namespace sslhost::host
