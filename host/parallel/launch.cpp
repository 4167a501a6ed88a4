// SPDX-License-Identifier: Apache-2.0
#include "host/parallel/launch.hpp"

#include <charconv>
#include <cstdlib>
#include <limits>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

std::string text_of(const Variables& variables, const char* name) {
  const char* text = variables(name);
  return text ? text : "";
}

template <class Number>
Number number(const Variables& variables, const char* name, Number low, Number high) {
  const auto text = text_of(variables, name);
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() && value >= low && value <= high)
    return value;
  throw Error(ExitCode::usage,
              {std::string("environment variable ") + name,
               "a number from " + std::to_string(low) + " to " + std::to_string(high),
               text.empty() ? "none" : "'" + text + "'",
               "start the processes with torchrun or srun, or unset RANK for a single one"});
}

template <class Number>
Number number_or(const Variables& variables, const char* name, Number otherwise, Number low,
                 Number high) {
  return variables(name) ? number(variables, name, low, high) : otherwise;
}

constexpr int kMost = std::numeric_limits<int>::max();
constexpr int kPorts = std::numeric_limits<std::uint16_t>::max();
constexpr auto kMostSteps = std::numeric_limits<std::uint32_t>::max();

Launch by_torchrun(const Variables& variables) {
  Launch launch;
  launch.size = number(variables, "WORLD_SIZE", 1, kMost);
  if (launch.size == 1) return launch;
  launch.rank = number(variables, "RANK", 0, launch.size - 1);
  launch.local_size = number_or(variables, "LOCAL_WORLD_SIZE", launch.size, 1, launch.size);
  launch.local_rank =
      number_or(variables, "LOCAL_RANK", launch.rank % launch.local_size, 0, launch.local_size - 1);
  launch.host = text_of(variables, "MASTER_ADDR");
  if (launch.host.empty())
    throw Error(ExitCode::usage,
                {"environment variable MASTER_ADDR", "where the processes meet", "none",
                 "start them with torchrun, or set it as it does: --master-addr"});
  launch.port = static_cast<std::uint16_t>(number(variables, "MASTER_PORT", 1, kPorts));
  launch.served = text_of(variables, "TORCHELASTIC_USE_AGENT_STORE") == "True";
  return launch;
}

const char* environment(const char* name) { return std::getenv(name); }

/// "2(x3),1": on the first machine 2.
int tasks_per_node(const std::string& text, int otherwise) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && value > 0 ? value : otherwise;
}

/// A step of srun; a batch script has no such variables of its own.
Launch by_slurm(const Variables& variables) {
  constexpr int kFirstPort = 20'000, kSpread = 20'000;  // below what systems give out themselves
  Launch launch;
  launch.size = number(variables, "SLURM_STEP_NUM_TASKS", 1, kMost);
  if (launch.size == 1) return launch;
  launch.rank = number(variables, "SLURM_PROCID", 0, launch.size - 1);
  const bool one_machine = number_or(variables, "SLURM_STEP_NUM_NODES", 1, 1, kMost) == 1;
  launch.local_size = one_machine
                          ? launch.size
                          : tasks_per_node(text_of(variables, "SLURM_STEP_TASKS_PER_NODE"), 1);
  launch.local_rank =
      number_or(variables, "SLURM_LOCALID", launch.rank % launch.local_size, 0, kMost);
  launch.host = one_machine ? "127.0.0.1" : first_host(text_of(variables, "SLURM_STEP_NODELIST"));
  const int64_t job = number(variables, "SLURM_JOB_ID", 0, kMost),
                step = number_or(variables, "SLURM_STEP_ID", 0U, 0U, kMostSteps);
  launch.port = static_cast<std::uint16_t>(kFirstPort + (job * 131 + step) % kSpread);
  return launch;
}

}  // namespace

std::string first_host(const std::string& list) {
  const auto bracket = list.find('['), comma = list.find(',');
  if (bracket == std::string::npos || comma < bracket) return list.substr(0, comma);
  const auto first = list.find_first_of("-,]", bracket), close = list.find(']', bracket);
  if (first == std::string::npos || close == std::string::npos) return list;
  const auto after = list.substr(close + 1, list.find(',', close) - close - 1);
  return list.substr(0, bracket) + list.substr(bracket + 1, first - bracket - 1) + after;
}

int64_t attempt_of(const Variables& variables) {
  return int64_t{number_or(variables, "TORCHELASTIC_RESTART_COUNT", 0, 0, kMost)} +
         number_or(variables, "SLURM_RESTART_COUNT", 0, 0, kMost);
}

std::optional<Launch> launch_of(const Variables& variables) {
  Launch launch;
  if (variables("RANK"))
    launch = by_torchrun(variables);
  else if (variables("SLURM_STEP_NUM_TASKS"))
    launch = by_slurm(variables);
  if (launch.size == 1) return std::nullopt;
  launch.attempt = attempt_of(variables);
  return launch;
}

std::optional<Launch> launch_of_environment() { return launch_of(environment); }
int64_t attempt_of_environment() { return attempt_of(environment); }

}  // namespace sslhost::host
