// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/run_process.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <limits>

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sslhost/error.hpp"

extern char** environ;

namespace sslhost::host {

namespace {

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> all;
  for (const auto& word : words) all.push_back(const_cast<char*>(word.c_str()));
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> environment(int threads) {
  std::vector<std::string> variables;
  for (char** v = environ; *v != nullptr; ++v) variables.emplace_back(*v);
  if (threads > 0 && std::getenv("OMP_NUM_THREADS") == nullptr)
    variables.push_back("OMP_NUM_THREADS=" + std::to_string(threads));
  return variables;
}

std::string end_of(const Descriptor& file, std::size_t most) {
  const auto size = static_cast<std::size_t>(file_size(file, "what a run wrote"));
  std::string text(std::min(size, most), '\0');
  read_at(file, "what a run wrote", static_cast<std::int64_t>(size - text.size()),
          std::as_writable_bytes(std::span(text)));
  return text;
}

/// In the child, between fork and exec: system calls alone.
[[noreturn]] void become(const char* program, char** argv, char** envp, int output, int errors,
                         pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(75);  // it died before that was said
  const int nothing = open("/dev/null", O_RDWR);
  dup2(nothing, STDIN_FILENO);
  dup2(output < 0 ? nothing : output, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execve(program, argv, envp);
  _exit(127);
}

}  // namespace

RunProcess::RunProcess(const std::filesystem::path& program,
                       const std::vector<std::string>& arguments, int threads, Output output)
    : errors_(memfd_create("errors of a run", MFD_CLOEXEC)),
      output_(output == Output::kept ? memfd_create("output of a run", MFD_CLOEXEC) : -1) {
  std::vector<std::string> words = {program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const auto variables = environment(threads);
  auto argv = pointers(words), envp = pointers(variables);
  const pid_t parent = getpid();
  const bool is_ready = errors_.get() >= 0 && (output_.get() >= 0) == (output == Output::kept);
  pid_ = is_ready ? fork() : -1;
  if (pid_ < 0)
    throw Error(ExitCode::bug, {program.string(), "another process", std::strerror(errno)});
  if (pid_ == 0)
    become(program.c_str(), argv.data(), envp.data(), output_.get(), errors_.get(), parent);
  setpgid(pid_, pid_);  // in both, whoever comes first
}

void RunProcess::send(int signal) const {
  if (!ended_) kill(pid_, signal);
}

bool RunProcess::has_ended() {
  int status = 0;
  if (!ended_ && waitpid(pid_, &status, WNOHANG) == pid_) {
    ended_ = true;
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return ended_;
}

std::string RunProcess::errors() const {
  constexpr std::size_t kMost = 64 << 10;  // the end of them says why
  return end_of(errors_, kMost);
}

std::string RunProcess::output() const {
  return end_of(output_, std::numeric_limits<std::size_t>::max());
}

}  // namespace sslhost::host
