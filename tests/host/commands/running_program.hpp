// SPDX-License-Identifier: Apache-2.0
#pragma once

// The program while it runs: in a process group of its own, its output in files, its worker by
// process id.

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include <fcntl.h>

#include "tests/host/commands/program.hpp"

namespace sslhost::host {

class RunningProgram {
 public:
  /// Writes to the files `name`.out and `name`.err of the working folder.
  RunningProgram(const std::filesystem::path& program, const Arguments& arguments,
                 const std::string& name)
      : errors_(name + ".err") {
    std::filesystem::remove(errors_);  // or an earlier program's words would be taken for its own
    std::vector<char*> argv = {const_cast<char*>(program.c_str())};
    for (const auto& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ != 0) return;
    setpgid(0, 0);
    const auto to_file = [](const std::string& file, int descriptor) {
      dup2(open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), descriptor);
    };
    to_file(name + ".out", STDOUT_FILENO);
    to_file(errors_, STDERR_FILENO);
    execv(program.c_str(), argv.data());
    _exit(127);
  }
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;
  ~RunningProgram() {
    if (ended()) return;
    if (const pid_t child = worker()) kill(child, SIGKILL);
    kill(pid_, SIGKILL);
    wait();
  }

  void send(int signal) const { kill(pid_, signal); }
  /// Also to children that have no group of their own.
  void send_to_group(int signal) const { kill(-pid_, signal); }
  /// Nothing while the process has not opened its file yet.
  std::string errors() const {
    return std::filesystem::exists(errors_) ? read_text(errors_) : std::string();
  }

  /// Its worker's process id; 0: none (yet, or any more).
  pid_t worker() const {
    const auto pid = std::to_string(pid_);
    std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
    pid_t child = 0;
    return children >> child ? child : 0;
  }

  bool ended() {
    if (!ended_) ended_ = waitpid(pid_, &status_, WNOHANG) == pid_;
    return ended_;
  }
  /// Its status as waitpid() gives it.
  int wait() {
    if (!ended_) waitpid(pid_, &status_, 0);
    ended_ = true;
    return status_;
  }
  /// Waits until something holds; false when the program ends first.
  bool until(const auto& holds) {
    while (!holds()) {
      if (ended()) return holds();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }
  /// A checkpoint is written and training begins.
  bool until_started() {
    return until([this] { return errors().find("run folder ") != std::string::npos; });
  }

 private:
  std::string errors_;
  pid_t pid_ = -1;
  int status_ = 0;
  bool ended_ = false;
};

/// A test of runs that are stopped.
class StoppedProgram : public Program {
 protected:
  /// A run on these data that was stopped and resumed ends with the bits of an undisturbed one.
  void expect_to_go_on(const std::string& data) const {
    const auto watched = Arguments{"--data", data, "--log-every", "1"};
    result_of(small_run(600, "whole") + watched);
    RunningProgram training(program(), small_run(600, "run") + watched, path("log").string());
    ASSERT_TRUE(training.until_started()) << training.errors();
    training.send(SIGTERM);
    ASSERT_EQ(code(training.wait()), 75) << training.errors();
    result_of({"--resume", "run"});
    expect_same_end("run", "whole");
  }
};

}  // namespace sslhost::host
