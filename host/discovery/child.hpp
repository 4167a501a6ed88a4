// SPDX-License-Identifier: Apache-2.0
#pragma once

// A child process with a time limit, and what it wrote.

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace sslhost::host {

struct ChildResult {
  int status = 0;          ///< as waitpid() gives it; of a killed child when timed_out
  bool timed_out = false;  ///< and was killed
  std::string output = {};
  std::string errors = {};  ///< the first 64 KiB of either stream are kept
};

/// A descriptor that a child takes over under its number, and the variable that names the number.
struct Inherited {
  int descriptor = -1;  ///< below 0: none
  std::string variable = {};
};

/// Runs program with arguments until it ends and its streams are closed. While it waits for a
/// processor that others have, its time stands still. Throws Error (plugin) when
/// it cannot start.
ChildResult run_child(const std::filesystem::path& program,
                      const std::vector<std::string>& arguments, std::chrono::milliseconds limit,
                      const Inherited& inherited = {});

/// Whether it is a signal that a process brings on itself: SIGSEGV, SIGBUS, SIGILL, SIGFPE,
/// SIGABRT.
bool is_crash(int signal);

/// "killed by SIGSEGV (Segmentation fault)".
std::string signal_text(int signal);

/// `text`, and the last line that the child wrote to its errors, if any: what a plugin or a library
/// said before it died.
std::string with_last_words(const std::string& text, const ChildResult& child);

}  // namespace sslhost::host
