// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <thread>

#include <sched.h>
#include <sys/wait.h>

#include <nlohmann/json.hpp>

#include "host/comparison/runner.hpp"
#include "host/discovery/child.hpp"
#include "host/discovery/libtorch.hpp"

namespace sslhost::host {

namespace {

int processors() {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? std::max(1, CPU_COUNT(&set)) : 1;
}

/// The value of `--name=value` among an arm's arguments; empty: it was not given.
std::string given(const ComparisonPlan& plan, const std::string& name) {
  const auto start = "--" + name + "=";
  std::string value;
  for (const auto& word : plan.settings.front().arguments)
    if (word.starts_with(start)) value = word.substr(start.size());
  return value;
}

bool has_usable_card(const std::filesystem::path& front) {
  const auto worker = front.parent_path() / "sslhost-worker";
  settle_libtorch(worker);
  const auto child = run_child(worker, {"facts"}, std::chrono::seconds(60));
  const auto facts = nlohmann::json::parse(child.output, nullptr, false);
  return facts.is_object() && facts.contains("cards") && !facts["cards"].empty();
}

}  // namespace

RunnerSettings settle_jobs(const ComparisonPlan& plan, int asked,
                           const std::filesystem::path& front) {
  const auto device = given(plan, "device"), threads = given(plan, "threads");
  const auto runs = static_cast<int>(std::min<std::size_t>(plan.runs.size(), 1 << 20));
  RunnerSettings settings = {.front = front, .jobs = asked, .threads = 0};
  int each = 0;  // threads that were asked for
  std::from_chars(threads.data(), threads.data() + threads.size(), each);
  const bool automatic = device.empty() || device == "auto";
  if (asked == 0) {
    // Two runs on one card would have to share its memory, of which nobody knows how much they
    // take.
    const bool card = device.starts_with("cuda") || (automatic && has_usable_card(front));
    settings.jobs = card ? 1 : std::clamp(processors() / std::max(each, 1), 1, runs);
  }
  // By the environment, so that small networks still take one thread.
  if (each == 0) settings.threads = std::max(1, processors() / std::min(settings.jobs, runs));
  return settings;
}

}  // namespace sslhost::host
