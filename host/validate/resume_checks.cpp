// SPDX-License-Identifier: Apache-2.0
// Level 4: that a run can be made again, and gone on with.

#include <algorithm>
#include <fstream>
#include <iterator>

#include "sslhost/error.hpp"

#include "host/validate/loaded_checks.hpp"

namespace sslhost::host {

namespace {

namespace fs = std::filesystem;

constexpr int64_t kMostStops = 20;
const OptionTexts kEveryLine = {{"log_every", "1"}, {"eval_every", "7"}};

/// A run that ended with a checkpoint after that many iterations; false where it ended before.
bool stopped_at(const Subject& subject, int64_t stop, const fs::path& folder) {
  auto request = trial(subject, kEveryLine);
  request.options.emplace_back("out", folder.string());
  StopAt observer(stop);
  try {
    train(request, observer);
  } catch (const Error& error) {
    if (error.code() != ExitCode::stopped) throw;
    return true;
  }
  return false;
}

TrainRequest where(const Subject& subject) {
  return {.options = {},
          .recipe = {},
          .plugin_folders = subject.given.plugin_folders,
          .plugin_files = {subject.file},
          .alone = {},
          .by_set = {}};
}

std::string resumed_model(const Subject& subject, const fs::path& run) {
  Silent silent;
  resume(run, where(subject), silent);
  return model_of(run);
}

std::string bytes_of(const fs::path& file) {
  std::ifstream input(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(input), {}};
}

void write_bytes(const fs::path& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

/// Cut short; cut within its header; a header that is none; other bytes behind it.
std::vector<std::pair<std::string, std::string>> broken(const std::string& whole) {
  auto header = whole, longer = whole + "more";
  std::fill(
      header.begin() + 8,
      header.begin() + std::min<std::ptrdiff_t>(64, static_cast<std::ptrdiff_t>(header.size())),
      '\xff');
  return {{"cut in half", whole.substr(0, whole.size() / 2)},
          {"cut within its header", whole.substr(0, 20)},
          {"of another header", header},
          {"with more bytes behind it", longer},
          {"empty", ""}};
}

/// What is wrong with how a broken checkpoint is taken; empty: it is refused.
std::string taken(const Subject& subject, const fs::path& run, const std::string& how) {
  Silent silent;
  try {
    resume(run, where(subject), silent);
  } catch (const Error& error) {
    if (error.code() == ExitCode::storage) return {};
    return "a checkpoint that is " + how + " ends with exit code " +
           std::to_string(static_cast<int>(error.code()));
  }
  return "a checkpoint that is " + how + " is taken";
}

}  // namespace

Outcome check_same_seed(const Subject& subject) {
  const auto one = trained_model(trial(subject), subject.fresh("run"));
  if (trained_model(trial(subject), subject.fresh("run")) != one)
    return failed("two runs of one seed end with other weights");
  if (!by_iterations(subject)) return passed();  // the split alone decides
  const OptionTexts other = {{"split_seed", std::to_string(subject.seed)},
                             {"seed", std::to_string(subject.seed + 1)}};
  auto request = trial(subject, {{"split_seed", std::to_string(subject.seed)}});
  const auto base = trained_model(request, subject.fresh("run"));
  if (trained_model(trial(subject, other), subject.fresh("run")) == base)
    return failed("another seed gives the same weights: where do its first weights come from?");
  return passed();
}

Outcome check_resume(const Subject& subject) {
  if (!by_iterations(subject)) return skipped("it has no iterations to stop at");
  const auto whole = subject.fresh("run");
  const auto model = trained_model(trial(subject, kEveryLine), whole);
  for (int64_t stop = 1; stop <= kMostStops; ++stop) {
    const auto part = subject.fresh("run");
    if (!stopped_at(subject, stop, part)) continue;
    if (resumed_model(subject, part) != model)
      return failed("stopped after iteration " + std::to_string(stop) +
                    " and resumed, it ends with other weights: what does a step keep that is not "
                    "in Build::state()?");
    if (metrics_of(part) != metrics_of(whole))
      return failed("stopped after iteration " + std::to_string(stop) +
                    " and resumed, its metrics are others");
  }
  return passed();
}

Outcome check_broken_state(const Subject& subject) {
  if (!by_iterations(subject)) return skipped("it has no iterations to stop at");
  const auto model = trained_model(trial(subject, kEveryLine), subject.fresh("run"));
  const auto run = subject.fresh("run");
  if (!stopped_at(subject, 5, run)) return skipped("it ended before it could be stopped");
  const auto file = run / "checkpoint.safetensors";
  const auto whole = bytes_of(file);
  for (const auto& [how, bytes] : broken(whole)) {
    write_bytes(file, bytes);
    if (const auto text = taken(subject, run, how); !text.empty()) return failed(text);
  }
  write_bytes(file, whole);
  if (resumed_model(subject, run) != model)
    return failed("after broken checkpoints were refused, the whole one ends with other weights");
  return passed();
}

}  // namespace sslhost::host
