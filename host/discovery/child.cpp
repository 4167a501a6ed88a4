// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/child.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sslhost/error.hpp"

#include "host/storage/descriptor.hpp"

extern char** environ;

namespace sslhost::host {

namespace {

using Clock = std::chrono::steady_clock;
constexpr size_t kKept = 64 << 10;

struct Pipe {
  Descriptor read, write;
  Pipe() {
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC) != 0)
      throw Error(ExitCode::bug, {"pipe2", "a pipe for a child process", std::strerror(errno)});
    read = Descriptor(ends[0]);
    write = Descriptor(ends[1]);
  }
};

/// Our environment without the marker of the program that watches us: the child's calls are not
/// ours. `more`: one more variable; empty: none.
std::vector<char*> child_environment(const std::string& more) {
  std::vector<char*> variables;
  for (char** v = environ; *v != nullptr; ++v)
    if (!std::string_view(*v).starts_with("SSLHOST_MARKER_FD=")) variables.push_back(*v);
  if (!more.empty()) variables.push_back(const_cast<char*>(more.c_str()));
  variables.push_back(nullptr);
  return variables;
}

pid_t spawn(const std::filesystem::path& program, const std::vector<std::string>& arguments,
            int out, int err, const Inherited& inherited) {
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (const auto& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  const int more = inherited.descriptor;
  if (more >= 0) posix_spawn_file_actions_adddup2(&actions, more, more);  // the same: inherited
  const auto variable = more >= 0 ? inherited.variable + "=" + std::to_string(more) : "";
  pid_t pid = -1;
  const int error = posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(),
                                child_environment(variable).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    throw Error(ExitCode::plugin, {program.string(), "the worker program", std::strerror(error),
                                   "install sslhost again"});
  return pid;
}

/// A process's time limit. Time in which it waited for a processor does not count: on a busy
/// machine half a second of work takes a minute.
class Deadline {
 public:
  Deadline(pid_t pid, std::chrono::milliseconds limit)
      : file_("/proc/" + std::to_string(pid) + "/schedstat"), end_(Clock::now() + limit) {}
  /// 0 or less: it is over.
  std::chrono::milliseconds left() const {
    using std::chrono::milliseconds;
    const auto plain = std::chrono::ceil<milliseconds>(end_ - Clock::now());
    if (plain.count() > 0) return plain;
    int64_t ran = 0, waited = 0;  // in ns, of the main thread
    std::ifstream(file_) >> ran >> waited;
    return plain + std::chrono::duration_cast<milliseconds>(std::chrono::nanoseconds(waited));
  }

 private:
  std::string file_;
  Clock::time_point end_;
};

/// Reads what is there; false at the end of the stream.
bool drain(const Descriptor& from, std::string& into) {
  char buffer[4096];
  const ssize_t n = read(from.get(), buffer, sizeof(buffer));
  if (n < 0) return errno == EINTR;
  into.append(buffer, std::min(static_cast<size_t>(n), kKept - std::min(kKept, into.size())));
  return n > 0;
}

/// Until both streams end; false when the time is over first.
bool read_both(const Descriptor& out, const Descriptor& err, ChildResult& result,
               const Deadline& deadline) {
  pollfd waiting[2] = {{out.get(), POLLIN, 0}, {err.get(), POLLIN, 0}};
  while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
    const auto left = deadline.left().count();
    if (left <= 0) return false;
    if (poll(waiting, 2, static_cast<int>(left)) < 0 && errno != EINTR) return false;
    if (waiting[0].revents != 0 && !drain(out, result.output)) waiting[0].fd = -1;
    if (waiting[1].revents != 0 && !drain(err, result.errors)) waiting[1].fd = -1;
  }
  return true;
}

}  // namespace

ChildResult run_child(const std::filesystem::path& program,
                      const std::vector<std::string>& arguments, std::chrono::milliseconds limit,
                      const Inherited& inherited) {
  Pipe out, err;
  ChildResult result;
  const pid_t pid = spawn(program, arguments, out.write.get(), err.write.get(), inherited);
  const Deadline deadline(pid, limit);
  out.write.close();
  err.write.close();
  result.timed_out = !read_both(out.read, err.read, result, deadline);
  // A child may close its streams and live on.
  while (!result.timed_out && waitpid(pid, &result.status, WNOHANG) == 0) {
    result.timed_out = deadline.left().count() <= 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (result.timed_out) {
    kill(pid, SIGKILL);
    while (waitpid(pid, &result.status, 0) < 0 && errno == EINTR) continue;
  }
  return result;
}

bool is_crash(int signal) {
  return signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE ||
         signal == SIGABRT;
}

std::string signal_text(int signal) {
  const char* name = sigabbrev_np(signal);
  const char* meaning = sigdescr_np(signal);
  return "killed by SIG" + std::string(name == nullptr ? std::to_string(signal) : name) + " (" +
         (meaning == nullptr ? "unknown" : meaning) + ")";
}

std::string with_last_words(const std::string& text, const ChildResult& child) {
  auto words = child.errors;
  while (!words.empty() && (words.back() == '\n' || words.back() == ' ')) words.pop_back();
  words = words.substr(words.rfind('\n') + 1);
  return words.empty() ? text : text + "; its last words: " + words;
}

}  // namespace sslhost::host
