// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/run_state.hpp"

#include <algorithm>
#include <string_view>

#include "sslhost/error.hpp"

#include "host/run/folder_lock.hpp"

namespace sslhost::host {

namespace {

namespace fs = std::filesystem;

/// Of a run before its first checkpoint; temporaries of the same begin with a dot.
constexpr std::string_view kEarly[] = {"config.toml", "split.json", "run.json", "metrics.",
                                       "events.out.tfevents."};

bool is_early(const std::string& name) {
  const auto plain = name.starts_with('.') ? name.substr(1) : name;
  return name == kFolderLock || plain.starts_with("checkpoint.safetensors.") ||
         std::any_of(std::begin(kEarly), std::end(kEarly),
                     [&](std::string_view early) { return plain.starts_with(early); });
}

bool holds_nothing(const fs::path& folder) {
  return std::all_of(fs::directory_iterator(folder), fs::directory_iterator(),
                     [](const auto& e) { return e.path().filename() == kFolderLock; });
}

Error foreign(const fs::path& folder, const std::string& found) {
  return Error(ExitCode::storage, {folder.string(), "the folder of a run of this comparison", found,
                                   "name another folder with --out, or move it away"});
}

/// "epsilon = 0.5 instead of 0.2, ..."; options that the run settled for its data are passed over.
std::string other_options(const RunRecord& record, const ComparisonPlan& plan,
                          const PlannedRun& run) {
  auto wanted = plan.setting(run).options;
  wanted["labels"] = std::to_string(run.labels);
  wanted["seed"] = std::to_string(run.seed);
  std::string text;
  for (const auto& [name, value] : wanted) {
    const auto* found = record.option(name);
    if (value == "auto" || (found != nullptr && to_text(*found) == value)) continue;
    if (!text.empty()) text += ", ";
    text += name + " = " + (found != nullptr ? to_text(*found) : "no such option") +
            " instead of " + value;
  }
  return text;
}

}  // namespace

KnownRun known_run(const ComparisonPlan& plan, const PlannedRun& run) {
  const auto folder = plan.folder_of(run);
  if (!fs::exists(fs::symlink_status(folder))) return {};
  if (!fs::is_directory(folder)) throw foreign(folder, "a file");
  if (!fs::exists(folder / "run.json"))
    return {holds_nothing(folder) ? RunState::missing : RunState::unbegun, {}};
  KnownRun known = {RunState::unbegun, read_run_record(folder / "run.json")};
  if (const auto text = other_options(*known.record, plan, run); !text.empty())
    throw Error(ExitCode::storage,
                {(folder / "run.json").string(), "the options that this comparison has", text,
                 "compare in another folder: --out DIR; or remove this run"});
  if (known.record->status == RunRecord::Status::finished && known.record->results)
    known.state = RunState::finished;
  else if (fs::exists(folder / "checkpoint.safetensors"))
    known.state = RunState::stopped;
  return known;
}

void clear_unbegun(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder))
    if (!is_early(entry.path().filename().string()))
      throw foreign(folder, "no run, but " + entry.path().filename().string());
  fs::remove_all(folder);
}

}  // namespace sslhost::host
