// SPDX-License-Identifier: Apache-2.0
#include "host/programs/death_report.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "sslhost/error.hpp"

#include "host/discovery/child.hpp"
#include "host/discovery/libtorch.hpp"
#include "host/discovery/missing_libraries.hpp"
#include "host/discovery/user_folders.hpp"
#include "host/loading/crash_place.hpp"
#include "host/loading/plugins_fault.hpp"
#include "host/log/print_error.hpp"
#include "host/log/shell_word.hpp"
#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace {

std::string manner_of_death(int status) {
  if (WIFSIGNALED(status)) return signal_text(WTERMSIG(status));
  return "ended by exit(" + std::to_string(WEXITSTATUS(status)) + ") in the middle of its work";
}

/// Nobody's fault here: who kills the worker has a reason. Where it was may be where memory went.
int report_end_from_outside(int status, const std::string& call) {
  const int signal = WTERMSIG(status);
  print_error(Error(
      ExitCode::stopped,
      {"sslhost-worker", "",
       "the worker process was " + signal_text(signal) +
           (call.empty() || signal != SIGKILL ? "" : "\nit was in " + call),
       signal == SIGKILL ? "the system may have run out of memory: see the kernel's log (dmesg), "
                           "or use smaller batches; a run goes on with --resume"
                         : "a run goes on with --resume"}));
  return 128 + signal;
}

/// The user's limit of addresses (ulimit -v); nothing where there is none.
std::optional<rlim_t> limit_of_addresses() {
  rlimit limit = {};
  const bool known = getrlimit(RLIMIT_AS, &limit) == 0;
  return known && limit.rlim_cur != RLIM_INFINITY ? std::optional(limit.rlim_cur) : std::nullopt;
}

std::string megabytes(rlim_t bytes) { return std::to_string(bytes >> 20) + " MB (ulimit -v)"; }

/// LibTorch's libraries take 0.4 GB of addresses, with CUDA's 2.5 GB, most of them never touched:
/// under a limit the loader or the libraries' own start fails, in many ways.
int report_limit_of_addresses(const std::filesystem::path& worker, rlim_t bytes) {
  return print_error(Error(
      ExitCode::device,
      {worker.string(), "addresses for LibTorch's libraries: 0.5 GB, on machines with a card 3 GB",
       megabytes(bytes),
       "raise the limit (ulimit -v unlimited), which counts what is never used; a control\n"
       "group (systemd-run --user --scope -p MemoryMax=1G) limits what is"}));
}

int report_no_libtorch(const LibTorch& torch) {
  return print_error(
      Error(ExitCode::storage,
            {"LibTorch", "version " + libtorch_wanted() + " on this machine",
             torch.refused.empty() ? "none" : joined(torch.refused, "\n"),
             "pip install torch==" + libtorch_wanted() +
                 ".* in the Python environment that you use,\n"
                 "or set LIBTORCH to its folder; `sslhost doctor` says what is found"}));
}

/// The loader ends a program whose libraries it does not get with exit code 127.
int report_unloadable(const std::filesystem::path& worker) {
  const auto missing = missing_libraries(worker);
  if (missing.names.empty())
    return print_error(
        Error(ExitCode::storage, {worker.string(), "that the system loads its libraries",
                                  "it does not, as said above", "install sslhost again"}));
  const auto torch = find_libtorch(worker);
  const bool needs_it = std::any_of(missing.names.begin(), missing.names.end(),
                                    [](const auto& n) { return n.starts_with("libtorch"); });
  if (needs_it && torch.folder.empty()) return report_no_libtorch(torch);
  return print_error(Error(
      ExitCode::storage,
      {worker.string(),
       "its libraries, in folders that you may read:\n" + joined(missing.looked_in, "\n"),
       "not found there or not to be read: " + joined(missing.names, "\n"),
       "have LibTorch put where every user may read it and sslhost built with it\n"
       "(LIBTORCH=DIR scripts/setup), or set LD_LIBRARY_PATH to the folders that have them"}));
}

int report_no_start(const std::filesystem::path& worker, int status) {
  constexpr int kNotLoaded = 127;
  if (const auto limit = limit_of_addresses()) return report_limit_of_addresses(worker, *limit);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNotLoaded) return report_unloadable(worker);
  return print_error(Error(
      ExitCode::bug, {"sslhost-worker", "that it starts", manner_of_death(status),
                      "run scripts/setup or install again; a library of its may be missing"}));
}

std::string with_place(const std::string& text, const MarkerWatch& marker) {
  const auto place = crash_place(marker);
  return place.empty() ? text : text + ", in\n" + place;
}

/// In a plugin's call its author looks further, else we do.
std::string next_of_crash(const std::vector<std::string>& arguments, bool in_plugin, int status) {
  const auto program = (program_folder() / "sslhost").string();
  std::string next =
      in_plugin ? std::string(kPluginsFault) + "\ngdb -ex 'set follow-fork-mode child' --args " +
                      command_line(program, arguments)
                : "please report it, with the command line and what was printed above";
  // Some libraries do not look whether they got memory.
  if (const auto limit = limit_of_addresses(); limit && WIFSIGNALED(status))
    next = "addresses are limited to " + megabytes(*limit) +
           ": raise the limit. If it is not that:\n" + next;
  return next;
}

}  // namespace

int report_death(const std::filesystem::path& worker, const std::vector<std::string>& arguments,
                 const MarkerWatch& marker, int status) {
  const auto call = marker.last_call();
  const bool began = marker.page().state != MarkerPage::not_started;
  if (!began && (WIFEXITED(status) || is_crash(WTERMSIG(status))))
    return report_no_start(worker, status);
  if (WIFSIGNALED(status) && !is_crash(WTERMSIG(status)))
    return report_end_from_outside(status, call);
  const bool finished = marker.page().state == MarkerPage::finished;
  const bool in_plugin = !call.empty() && !finished;
  const std::string where = in_plugin  ? call
                            : finished ? "sslhost-worker, after its work was done"
                                       : "sslhost-worker, outside of plugins";
  return print_error(
      Error(in_plugin ? ExitCode::plugin : ExitCode::bug,
            {where, "", with_place("the worker process was " + manner_of_death(status), marker),
             next_of_crash(arguments, in_plugin, status)}));
}

int report_hang(const MarkerWatch& marker) {
  const auto most = std::to_string(marker.page().hang_after) + " s";
  return print_error(Error(
      ExitCode::plugin,
      {marker.last_call(), "an end within " + most + " (--hang-after)", with_place("none", marker),
       std::string(kPluginsFault) + "; a run goes on from its last checkpoint (--resume)"}));
}

}  // namespace sslhost::host
