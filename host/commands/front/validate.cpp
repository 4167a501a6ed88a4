// SPDX-License-Identifier: Apache-2.0
// sslhost validate FILE|FOLDER: whether plugins keep to what sslhost relies on.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "sslhost/error.hpp"

#include "host/commands/entries.hpp"
#include "host/discovery/libtorch.hpp"
#include "host/discovery/user_folders.hpp"
#include "host/storage/atomic_file.hpp"
#include "host/validate/validation_report.hpp"

namespace sslhost::host {

namespace fs = std::filesystem;

namespace {

int64_t number(const CommandLine& line, const std::string& flag, int64_t otherwise, int64_t least,
               int64_t most) {
  if (!line.has(flag)) return otherwise;
  return line.number(flag, least, most,
                     "a number from " + std::to_string(least) + " to " + std::to_string(most),
                     "sslhost validate --help");
}

std::vector<fs::path> libraries_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".so") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  if (files.empty())
    throw Error(ExitCode::usage, {folder.string(), "plugins, files that end in .so", "none",
                                  "name the folder that they are built in, such as build/plugins"});
  return files;
}

std::vector<fs::path> files_of(const CommandLine& line) {
  if (line.operands.empty())
    throw Error(ExitCode::usage, {"validate", "a plugin's file, or a folder of plugins", "none",
                                  "sslhost validate FILE"});
  std::vector<fs::path> files;
  for (const auto& word : line.operands) {
    const auto path = fs::absolute(word).lexically_normal();
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
      const auto found = libraries_in(path);
      files.insert(files.end(), found.begin(), found.end());
    } else if (fs::exists(path, ignored)) {
      files.push_back(path);
    } else {
      throw Error(ExitCode::usage, {"validate " + word, "a plugin's file, or a folder of plugins",
                                    "nothing there", "sslhost plugins lists files"});
    }
  }
  return files;
}

ValidationSettings settings_of(const CommandLine& line) {
  constexpr int64_t kMostSeed = 1'000'000'000, kMostJobs = 256;
  const auto cores = std::max<int64_t>(1, std::thread::hardware_concurrency());
  const auto programs = program_folder();
  ValidationSettings settings{.front = programs / "sslhost", .worker = programs / "sslhost-worker"};
  settings.level = static_cast<int>(number(line, "level", kLevels, 1, kLevels));
  settings.only = line.flags.at("only");
  settings.without = line.flags.at("without");
  for (const auto* names : {&settings.only, &settings.without})
    for (const auto& name : *names) find_check(name);
  settings.seed = std::to_string(number(line, "seed", 0, 0, kMostSeed));
  settings.options = line.options;
  for (const auto& folder : line.plugins().folders)
    settings.plugin_folders.push_back(fs::absolute(folder).lexically_normal());
  settings.jobs = static_cast<int>(number(line, "jobs", std::min(cores, kMostJobs), 1, kMostJobs));
  return settings;
}

}  // namespace

int validate_command(const CommandLine& line) {
  const auto settings = settings_of(line);
  const auto files = files_of(line);
  settle_libtorch(settings.worker);
  const bool annotate = line.has("annotations") || std::getenv("GITHUB_ACTIONS") != nullptr;
  std::vector<FileReport> reports;
  for (const auto& file : files) {
    reports.push_back(validate(file, settings));
    if (!line.has("json")) std::fputs(as_text(reports.back(), line.has("quiet")).c_str(), stdout);
    if (annotate)
      std::fputs(as_annotations(reports.back()).c_str(), line.has("json") ? stderr : stdout);
    std::fflush(stdout);
  }
  if (line.has("json")) std::fputs(as_json(reports).c_str(), stdout);
  if (line.has("junit")) write_atomic(line.value("junit"), std::string_view(as_junit(reports)));
  const bool good =
      std::all_of(reports.begin(), reports.end(), [](const FileReport& r) { return r.is_good(); });
  return static_cast<int>(good ? ExitCode::done : ExitCode::plugin);
}

}  // namespace sslhost::host
