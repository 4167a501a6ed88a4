// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "host/survey/judge.hpp"
#include "host/survey/words.hpp"

namespace sslhost::host {

namespace {

std::vector<std::string> examples_of(std::span<const LeftOut> files, bool damaged) {
  std::vector<std::string> examples;
  for (const auto& file : files)
    if (file.damaged == damaged) examples.push_back(file.name + " (" + file.reason + ")");
  return examples;
}

}  // namespace

std::vector<Problem> judge_files(std::span<const LeftOut> left_out,
                                 std::span<const std::string> warnings) {
  std::vector<Problem> problems;
  const int64_t damaged = std::ranges::count(left_out, true, &LeftOut::damaged);
  const auto passed = static_cast<int64_t>(left_out.size()) - damaged;
  if (damaged > 0)
    problems.push_back({.weight = Problem::Weight::warning,
                        .id = "damaged",
                        .count = damaged,
                        .text = counted(damaged, "file", "files") + " cannot be read: left out",
                        .examples = examples_of(left_out, true),
                        .next = "repair or remove them"});
  const auto said = [&](const std::string& warning) {
    return std::ranges::any_of(left_out, [&](const LeftOut& file) {
      return file.damaged && warning.find(file.name) != std::string::npos;
    });
  };
  for (const auto& warning : warnings)
    if (!said(warning))
      problems.push_back(
          {.weight = Problem::Weight::warning, .id = "dataset", .count = 1, .text = warning});
  if (passed > 0)
    problems.push_back(
        {.weight = Problem::Weight::note,
         .id = "passed-over",
         .count = passed,
         .text = counted(passed, "file or folder is", "files and folders are") + " passed over",
         .examples = examples_of(left_out, false)});
  return problems;
}

}  // namespace sslhost::host
