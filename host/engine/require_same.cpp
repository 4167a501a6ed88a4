// SPDX-License-Identifier: Apache-2.0
#include "host/engine/require_same.hpp"

#include "sslhost/error.hpp"

#include "host/discovery/content_hash.hpp"
#include "host/log/shell_word.hpp"

namespace sslhost::host {

void require_same(const std::filesystem::path& config, const RecordedOptions& begun_with,
                  Plan& plan) {
  const auto now = plan.deciding();
  std::string expected, found;
  for (const auto& [recorded, value] : begun_with) {
    const auto* option = find_option(plan.lists(), recorded);
    const auto& name = option ? option->name() : recorded;
    const auto entry = now.find(name);
    const auto other = entry == now.end() ? std::string("no such option") : entry->second;
    if (other == value) continue;
    const std::string separator = expected.empty() ? "" : ", ";
    expected += separator + name + " = " + value;
    found += separator + name + " = " + other;
  }
  if (expected.empty()) return;
  throw Error(ExitCode::storage,
              {config.string(), expected + ", as the run was begun", found,
               "put it back, or begin a new run: sslhost --recipe " + shell_word(config.string())});
}

void require_same_split(const std::filesystem::path& file, const std::string& begun_with,
                        const std::string& now) {
  if (now != begun_with)
    throw Error(ExitCode::storage,
                {file.string(), "split " + begun_with + ", which the checkpoint was made with", now,
                 "put the run's own split.json back"});
}

void refuse_other_data(const std::filesystem::path& split_file, const std::string& begun_with,
                       const std::string& now) {
  const auto run = shell_word(split_file.parent_path().string());
  throw Error(ExitCode::storage,
              {split_file.string(), "the data that the run began with (SHA-256 " + begun_with + ")",
               "other samples or labels (" + now + ")",
               "put them back, or go on with these: sslhost --resume " + run + " --data-changed"});
}

namespace {

UsedPlugin used(const char* kind, const Plan& plan, const LoadedPlugin& plugin,
                const UsedPlugin& before, const std::optional<Begun>& begun,
                std::vector<std::string>& warnings) {
  UsedPlugin now = {plugin.file.string(), content_hash(plugin.file), before.changes};
  if (before.checksum.empty() || before.checksum == now.checksum) return now;
  const auto what = kind + std::string(" ") + plugin.record.id;
  const auto folder = begun->split_file.parent_path();
  if (!begun->other_plugins)
    throw Error(ExitCode::storage,
                {what,
                 "the plugin that the run began with: " + before.file + " (SHA-256 " +
                     before.checksum + ")",
                 "another: " + now.file + " (" + now.checksum + ")",
                 "put it back, or go on with this one: sslhost --resume " +
                     shell_word(folder.string()) + " --plugin-changed" + flags_text(plan.search)});
  now.changes.push_back({begun->iteration, before.checksum});
  warnings.push_back(what + " is not the plugin that the run began with; run.json says so");
  return now;
}

}  // namespace

void settle_plugins(Session& session, const std::optional<Begun>& begun) {
  const auto& plan = *session.plan;
  const auto before = begun ? begun->record : RunRecord();
  session.method_plugin =
      used("method", plan, plan.method, before.method_plugin, begun, session.warnings);
  session.dataset_plugin =
      used("dataset", plan, plan.dataset, before.dataset_plugin, begun, session.warnings);
}

std::string other_device_text(const RunRecord::Device& begun, const RunRecord::Device& now) {
  const auto text = [](const RunRecord::Device& device) {
    std::string all = device.name + ", " + device.hardware;
    for (const auto& [layers, kernel] : device.kernels) all += ", " + layers + " " + kernel;
    return all;
  };
  if (begun.name.empty() || text(begun) == text(now)) return {};
  return "the run was begun with " + text(begun) + " and goes on with " + text(now) +
         ": its end differs in the last digits from that of a run that was not stopped";
}

}  // namespace sslhost::host
