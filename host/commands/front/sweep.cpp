// SPDX-License-Identifier: Apache-2.0
// sslhost sweep plan|run|collect FILE: a comparison as a list of jobs, one index each, for whatever
// starts them.

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <unistd.h>

#include "sslhost/error.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/front/comparison_request.hpp"
#include "host/comparison/comparison_folder.hpp"
#include "host/comparison/plan_file.hpp"
#include "host/comparison/run_state.hpp"
#include "host/discovery/user_folders.hpp"
#include "host/log/log.hpp"
#include "host/storage/durable_folders.hpp"

namespace sslhost::host {

namespace {

namespace fs = std::filesystem;

constexpr const char* kHelp = "sslhost sweep --help";

void refuse_more(const CommandLine& line) {
  if (line.operands.size() > 2)
    throw Error(ExitCode::usage,
                {"sweep " + line.operands[0], "a file", "'" + line.operands[2] + "' behind it",
                 "methods and options are in the file"});
  if (!line.options.empty())
    throw Error(ExitCode::usage, {"--" + line.options.front().first,
                                  "no options: they are in the file", "one", kHelp});
}

int plan_file(const CommandLine& line, const fs::path& file) {
  std::error_code ignored;
  if (fs::exists(file, ignored))
    throw Error(ExitCode::busy, {file.string(), "a new file", "one that is there",
                                 "jobs may be using it: name another, or remove it"});
  auto request = comparison_request(line, {line.operands.begin() + 2, line.operands.end()});
  if (request.folder.empty()) request.folder = fs::path(file).replace_extension();
  if (fs::absolute(request.folder).lexically_normal() == fs::absolute(file).lexically_normal())
    request.folder += "-runs";
  const auto plan = make_comparison(request, program_folder() / "sslhost");
  require_comparison_folder(plan.folder);
  write_plan(file, plan);
  std::printf("%s%s has %zu runs: sslhost sweep run %s --index N, N from 0 to %zu\n",
              plan_text(plan, terminal_columns()).c_str(), file.c_str(), plan.runs.size(),
              file.c_str(), plan.runs.size() - 1);
  return static_cast<int>(ExitCode::done);
}

/// Becomes the run: signals, exit code and output are its own.
int run_one(const CommandLine& line, const fs::path& file) {
  refuse_more(line);
  const auto plan = read_plan(file);
  const auto last = plan.runs.size() - 1;
  const auto expected = "the number of a run, from 0 to " + std::to_string(last);
  if (!line.has("index"))
    throw Error(ExitCode::usage, {"sweep run", "--index N: " + expected, "none", kHelp});
  const auto& run = plan.runs[line.number<std::size_t>("index", 0, last, expected, kHelp)];
  const auto known = known_run(plan, run);
  if (known.state == RunState::finished) {
    log::info(plan.folder_of(run).string() + " is finished");
    return static_cast<int>(ExitCode::done);
  }
  if (known.state == RunState::unbegun) clear_unbegun(plan.folder_of(run));
  make_durable_folders(plan.folder);
  log::info(run.name);
  const auto front = program_folder() / "sslhost";
  auto words = plan.arguments_of(run, known.state == RunState::stopped);
  std::vector<char*> argv = {const_cast<char*>(front.c_str())};
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::fflush(nullptr);
  execv(front.c_str(), argv.data());
  throw Error(ExitCode::bug, {front.string(), "the program", std::strerror(errno)});
}

int collect_runs(const CommandLine& line, const fs::path& file) {
  refuse_more(line);
  const auto plan = read_plan(file);
  make_durable_folders(plan.folder);
  show_comparison(plan, {}, line.has("json"));
  return static_cast<int>(ExitCode::done);
}

}  // namespace

int sweep_command(const CommandLine& line) {
  const auto& words = line.operands;
  if (words.size() < 2)
    throw Error(ExitCode::usage, {"sweep", "plan, run or collect, and a file",
                                  words.empty() ? "neither" : "'" + words[0] + "' alone", kHelp});
  if (words[0] == "plan") return plan_file(line, words[1]);
  if (words[0] == "run") return run_one(line, words[1]);
  if (words[0] == "collect") return collect_runs(line, words[1]);
  throw Error(ExitCode::usage, {"sweep", "plan, run or collect", "'" + words[0] + "'", kHelp});
}

}  // namespace sslhost::host
