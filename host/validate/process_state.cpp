// SPDX-License-Identifier: Apache-2.0
#include "host/validate/process_state.hpp"

#include <cfenv>
#include <clocale>
#include <filesystem>

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/storage/joined.hpp"

extern char** environ;

namespace sslhost::host {

namespace {

namespace fs = std::filesystem;

std::string count_in(const char* folder) {
  std::error_code error;
  const fs::directory_iterator entries(folder, error);
  return error ? "?" : std::to_string(std::distance(begin(entries), end(entries)));
}

void add_handlers(ProcessState& state) {
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action = {};
    if (sigaction(number, nullptr, &action) != 0) continue;
    const char* name = sigabbrev_np(number);
    const auto* address = reinterpret_cast<const void*>(action.sa_handler);
    const std::string kind =
        action.sa_handler == SIG_DFL ? "the default"
        : action.sa_handler == SIG_IGN
            ? "ignored"
            : "a function at " + std::to_string(reinterpret_cast<uintptr_t>(address));
    state["handler of SIG" + (name ? std::string(name) : std::to_string(number))] = kind;
  }
}

std::string blocked_signals() {
  sigset_t blocked;
  sigprocmask(SIG_BLOCK, nullptr, &blocked);
  std::string names;
  for (int number = 1; number < NSIG; ++number)
    if (const char* name = sigabbrev_np(number); name && sigismember(&blocked, number) == 1)
      names += std::string(names.empty() ? "" : " ") + name;
  return names.empty() ? "none" : names;
}

std::string mask_of_new_files() {
  const auto mask = umask(0);
  umask(mask);
  return std::to_string(mask);
}

}  // namespace

ProcessState process_state() {
  ProcessState state;
  const char* locale = std::setlocale(LC_ALL, nullptr);
  state["locale"] = locale == nullptr ? "" : locale;
  std::error_code ignored;
  state["working folder"] = fs::current_path(ignored).string();
  state["number of threads"] = count_in("/proc/self/task");
  state["mask of new files (umask)"] = mask_of_new_files();
  state["rounding mode"] = std::to_string(std::fegetround());
  add_handlers(state);
  state["blocked signals"] = blocked_signals();
  std::string variables;
  for (char** v = environ; v != nullptr && *v != nullptr; ++v) variables += std::string(*v) + "\n";
  state["environment variables"] = variables;
  return state;
}

std::optional<std::string> difference(const ProcessState& before, const ProcessState& after) {
  std::vector<std::string> texts;
  for (const auto& [what, now] : after) {
    const auto then = before.find(what);
    const auto was = then == before.end() ? "" : then->second;
    if (was == now) continue;
    texts.push_back(
        what + ": " +
        (what == "environment variables" ? "others than before" : was + ", now " + now));
  }
  return texts.empty() ? std::nullopt : std::optional(joined(texts, "; "));
}

std::optional<std::string> changed_by_training(const ProcessState& before) {
  auto now = process_state();
  now["number of threads"] = before.at("number of threads");  // LibTorch starts some
  return difference(before, now);
}

}  // namespace sslhost::host
