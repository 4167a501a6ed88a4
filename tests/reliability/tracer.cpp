// SPDX-License-Identifier: Apache-2.0
#include "tests/reliability/tracer.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fstream>
#include <system_error>
#include <utility>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sslhost::testing {

namespace {

constexpr int kAtCall = SIGTRAP | 0x80;  // with PTRACE_O_TRACESYSGOOD
constexpr int kNotTraced = 126;

void require(bool worked, const char* what) {
  if (!worked) throw std::system_error(errno, std::generic_category(), what);
}

/// Stops at the storage calls alone: a program runs at nearly its own speed.
bool install_filter() {
  std::vector<sock_filter> code = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
  for (int i = 0; i < kStorageCallCount; ++i) {
    code.push_back(
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(kStorageCalls[i]), 0, 1));
    code.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE));
  }
  code.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  const sock_fprog program = {static_cast<unsigned short>(code.size()), code.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

pid_t process_of(pid_t thread) {
  std::ifstream status("/proc/" + std::to_string(thread) + "/status");
  for (std::string word; status >> word;)
    if (word == "Tgid:" && status >> word) return std::stoi(word);
  return thread;
}

bool is_there(const std::filesystem::path& path) {
  struct stat status = {};
  return ::lstat(path.c_str(), &status) == 0;
}

/// Half of the bytes, at least one.
void shorten(user_regs_struct& registers) {
  if (registers.orig_rax == SYS_writev || registers.orig_rax == SYS_sendfile) return;
  auto& count = registers.orig_rax == SYS_copy_file_range ? registers.r8 : registers.rdx;
  count = std::max(count / 2, 1ULL);
}

}  // namespace

Tracer::Tracer(std::filesystem::path root, Tracing tracing)
    : root_(std::move(root)), tracing_(std::move(tracing)) {}

pid_t Tracer::start(const std::vector<std::string>& command) const {
  std::vector<char*> argv;
  for (const auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const pid_t child = ::fork();
  require(child >= 0, "fork");
  if (child == 0) {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(kNotTraced);
    ::raise(SIGSTOP);
    if (!install_filter()) ::_exit(kNotTraced);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  int status = 0;
  require(::waitpid(child, &status, 0) == child && WIFSTOPPED(status), "ptrace");
  require(::ptrace(PTRACE_SETOPTIONS, child, nullptr,
                   PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE |
                       PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC |
                       PTRACE_O_EXITKILL) == 0,
          "ptrace");
  require(::ptrace(PTRACE_CONT, child, nullptr, nullptr) == 0, "ptrace");
  return child;
}

int Tracer::run(const std::vector<std::string>& command) {
  const pid_t first = start(command);
  threads_[first] = std::nullopt;
  int code = -1;
  while (true) {
    int status = 0;
    const pid_t thread = ::waitpid(-1, &status, __WALL);
    if (thread < 0 && errno == EINTR) continue;
    if (thread < 0) return code;
    if (WIFSTOPPED(status)) {
      stopped(thread, status);
      continue;
    }
    threads_.erase(thread);
    if (thread == first) code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
}

void Tracer::stopped(pid_t thread, int status) {
  const int signal = WSTOPSIG(status), event = status >> 16;
  const bool is_new = !threads_.contains(thread);
  auto& pending = threads_[thread];
  int pass = 0;
  if (signal == SIGTRAP && event == PTRACE_EVENT_SECCOMP) {
    entered(thread);
  } else if (signal == kAtCall) {
    if (pending) left(thread);
  } else if (event == 0 && !(is_new && signal == SIGSTOP)) {
    pass = signal;  // the first stop of a new thread is the tracer's own
  }
  // Whoever is dead by now is none of ours any more: the error says nothing else.
  ::ptrace(threads_[thread] ? PTRACE_SYSCALL : PTRACE_CONT, thread, nullptr, pass);
}

void Tracer::entered(pid_t thread) {
  user_regs_struct registers = {};
  if (::ptrace(PTRACE_GETREGS, thread, nullptr, &registers) != 0) return;
  const auto call = storage_call(thread, registers, root_);
  if (!call) return;
  Pending pending = {++count_, *call, tracing_.before(count_, *call),
                     is_there(call->to.empty() ? call->path : call->to)};
  if (pending.answer.what == Tracing::Do::kill) {
    ::kill(process_of(thread), SIGKILL);
    return;
  }
  if (pending.answer.what == Tracing::Do::shorten) shorten(registers);
  // A close that fails has closed all the same.
  if (pending.answer.what == Tracing::Do::fail && call->kind != CallKind::close)
    registers.orig_rax = static_cast<unsigned long long>(-1);
  ::ptrace(PTRACE_SETREGS, thread, nullptr, &registers);
  threads_[thread] = std::move(pending);
}

void Tracer::left(pid_t thread) {
  const auto pending = *std::exchange(threads_[thread], std::nullopt);
  user_regs_struct registers = {};
  if (::ptrace(PTRACE_GETREGS, thread, nullptr, &registers) != 0) return;
  if (pending.answer.what == Tracing::Do::fail) {
    registers.rax = static_cast<unsigned long long>(-pending.answer.error);
    ::ptrace(PTRACE_SETREGS, thread, nullptr, &registers);
  }
  const auto result = static_cast<int64_t>(registers.rax);
  const bool made = result >= 0 && pending.call.may_make && !pending.was_there;
  tracing_.after(pending.number, pending.call, result, made);
}

}  // namespace sslhost::testing
