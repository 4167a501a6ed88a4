// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/resolved_arm.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

#include <sys/wait.h>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/comparison/error_words.hpp"
#include "host/discovery/child.hpp"

namespace sslhost::host {

namespace {

RecordedOptions resolve(const std::filesystem::path& front,
                        const std::vector<std::string>& arguments, const std::string& arm) {
  std::vector<std::string> words = {"config", "--json"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  // To recognize a large folder's dataset takes a while on a slow disk.
  const auto child = run_child(front, words, std::chrono::minutes(10));
  const bool ended = WIFEXITED(child.status);
  if (!ended || WEXITSTATUS(child.status) != 0)
    throw Error(ended ? static_cast<ExitCode>(WEXITSTATUS(child.status)) : ExitCode::bug,
                error_words(child.errors, arm));
  RecordedOptions options;
  const auto json = nlohmann::json::parse(child.output, nullptr, false);
  for (const auto& [name, option] : json.items())
    if (option.is_object()) options[name] = option.value("value", std::string());
  if (options.empty())
    throw Error(ExitCode::bug, {"arm " + arm, "options as JSON", "'" + child.output + "'"});
  return options;
}

}  // namespace

std::vector<RecordedOptions> resolve_all(const std::filesystem::path& front,
                                         const std::vector<std::vector<std::string>>& arguments,
                                         const std::vector<std::string>& whose) {
  std::vector<RecordedOptions> answers(arguments.size());
  std::vector<std::exception_ptr> failures(arguments.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (auto i = next++; i < arguments.size(); i = next++) try {
        answers[i] = resolve(front, arguments[i], whose[i]);
      } catch (...) {
        failures[i] = std::current_exception();
      }
  };
  const auto cores = std::max<std::size_t>(1, std::thread::hardware_concurrency());
  {
    std::vector<std::jthread> others(std::min(cores, arguments.size()) - 1);
    for (auto& thread : others) thread = std::jthread(work);
    work();
  }
  for (const auto& failure : failures)
    if (failure) std::rethrow_exception(failure);
  return answers;
}

}  // namespace sslhost::host
