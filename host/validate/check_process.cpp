// SPDX-License-Identifier: Apache-2.0
#include "host/validate/check_process.hpp"

#include <sys/wait.h>

#include "host/discovery/child.hpp"
#include "host/loading/call_marker.hpp"
#include "host/log/shell_word.hpp"

namespace sslhost::host {

namespace {

std::string in_call(const std::string& call) { return call.empty() ? "" : ", " + call; }

Outcome judge(const ChildResult& child, const MarkerWatch& marker, std::chrono::seconds limit) {
  const auto call = marker.last_call();
  if (child.timed_out)
    return failed("it took longer than " + std::to_string(limit.count()) + " s" + in_call(call));
  if (WIFSIGNALED(child.status))
    return {Verdict::crash,
            with_last_words(signal_text(WTERMSIG(child.status)) + in_call(call), child)};
  if (const auto said = parse_outcome(child.output)) {
    if (WEXITSTATUS(child.status) == 0) return *said;
    return {Verdict::crash, with_last_words("after the check it ended with exit code " +
                                                std::to_string(WEXITSTATUS(child.status)),
                                            child)};
  }
  return {Verdict::crash,
          with_last_words("it ended the process by exit(" +
                              std::to_string(WEXITSTATUS(child.status)) + ")" + in_call(call),
                          child)};
}

}  // namespace

CheckProcess::CheckProcess(const Check& check, const std::filesystem::path& file,
                           const ValidationSettings& settings, const std::filesystem::path& scratch)
    : check_(check),
      file_(file),
      settings_(settings),
      program_(check.in_worker ? settings.worker : settings.front),
      arguments_(
          {check.in_worker ? "validate-check" : "validate-bytes", file.string(), check.name}) {
  if (!check.in_worker) return;
  arguments_.insert(arguments_.end(), {settings.seed, scratch.string()});
  for (const auto& folder : settings.plugin_folders)
    arguments_.insert(arguments_.end(), {"--plugin-dir", folder.string()});
  for (const auto& [name, value] : settings.options)
    arguments_.insert(arguments_.end(), {"--set", name + "=" + value});
}

Outcome CheckProcess::run() const {
  const MarkerWatch marker;
  const auto child =
      run_child(program_, arguments_, check_.limit, {marker.descriptor(), kMarkerVariable});
  return judge(child, marker, check_.limit);
}

std::string CheckProcess::again() const {
  std::vector<std::string> words = {"validate", file_.string(), "--only", check_.name};
  if (check_.in_worker) {
    words.insert(words.end(), {"--seed", settings_.seed});
    for (const auto& folder : settings_.plugin_folders)
      words.insert(words.end(), {"--plugin-dir", folder.string()});
    for (const auto& [name, value] : settings_.options)
      words.insert(words.end(), {"--set", name + "=" + value});
  }
  return command_line("sslhost", words);
}

std::string CheckProcess::debugger() const {
  auto words = arguments_;
  words[4] = "/tmp/sslhost-validate";  // the folder of this run is removed
  return "gdb --args " + command_line(program_.string(), words);
}

}  // namespace sslhost::host
