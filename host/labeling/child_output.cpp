// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/child_output.hpp"

#include <chrono>
#include <csignal>
#include <optional>
#include <string_view>
#include <thread>

#include <sys/resource.h>

#include "sslhost/error.hpp"

#include "host/comparison/run_process.hpp"

namespace sslhost::host {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kNice = 10;                      // the page comes first
constexpr std::chrono::seconds kPatience{10};  // for a checkpoint
constexpr std::chrono::milliseconds kBetweenWords{500};

std::string last_line(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  const auto before = text.find_last_of("\r\n");
  return std::string(before == std::string_view::npos ? text : text.substr(before + 1));
}

/// The error itself, which the program's own messages begin with.
std::string reason_of(const RunProcess& process) {
  const auto errors = process.errors();
  if (const auto at = errors.find("error: "); at != std::string::npos)
    return errors.substr(at + 7, errors.find('\n', at) - at - 7);
  const auto line = last_line(errors);
  return line.empty() ? "it ended with exit code " + std::to_string(process.code()) : line;
}

}  // namespace

std::string child_output(const std::filesystem::path& program,
                         const std::vector<std::string>& arguments, const std::atomic<bool>& stop,
                         const std::function<void(const std::string&)>& said, bool with_gaps) {
  RunProcess process(program, arguments, 0, RunProcess::Output::kept);
  setpriority(PRIO_PROCESS, static_cast<id_t>(process.pid()), kNice);
  std::optional<Clock::time_point> asked, told;
  while (!process.has_ended()) {
    if (stop && !asked) {
      process.send(SIGTERM);
      asked = Clock::now();
    }
    if (asked && Clock::now() - *asked > kPatience) process.send(SIGKILL);
    if (const auto now = Clock::now(); said && (!told || now - *told > kBetweenWords)) {
      said(last_line(process.errors()));
      told = now;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  auto output = process.output();
  const bool has_gaps =
      with_gaps && process.code() == static_cast<int>(ExitCode::data) && !output.empty();
  if (stop || (process.code() != 0 && !has_gaps))
    throw Error(ExitCode::data,
                {"sslhost " + arguments.front(), "", stop ? "stopped" : reason_of(process)});
  return output;
}

}  // namespace sslhost::host
