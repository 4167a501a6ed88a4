// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/probe.hpp"

#include <cstdlib>
#include <fstream>

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/discovery/child.hpp"
#include "host/discovery/compatibility.hpp"
#include "host/discovery/content_hash.hpp"
#include "host/discovery/libtorch.hpp"
#include "host/discovery/user_folders.hpp"
#include "host/storage/atomic_file.hpp"

namespace sslhost::host {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr State kOutcomes[] = {State::ready, State::crashes, State::fails};

/// Whatever of ours takes part in a probe: another build of it may find something else.
std::string programs_hash(const fs::path& worker) {
  std::string all;
  const auto libraries = worker.parent_path().parent_path() / "lib";
  const auto host = host_platform();
  const auto version = std::to_string(host.sdk_major) + "." + std::to_string(host.sdk_minor);
  for (const auto& file : {worker, libraries / ("libsslhost.so." + version),
                           libraries / ("libsslhost_sdk.so." + version)}) {
    std::error_code ignored;
    if (fs::is_regular_file(file, ignored)) all += content_hash(file).substr(0, 16);
  }
  return all;
}

/// Empty where the user has none.
fs::path cache_folder(const ProbeSettings& settings) {
  if (!settings.cache.empty()) return settings.cache;
  const auto folder = user_cache_folder();
  return folder.empty() ? folder : folder / "probes";
}

fs::path cache_file(const fs::path& file, const fs::path& worker, const ProbeSettings& settings) {
  const auto folder = cache_folder(settings);
  if (folder.empty()) return {};
  return folder / (content_hash(file) + "-" + programs_hash(worker) + ".json");
}

/// Whether anything is kept that these programs loaded.
bool have_loaded(const fs::path& worker, const ProbeSettings& settings) {
  const auto folder = cache_folder(settings);
  std::error_code error;
  if (folder.empty() || !fs::is_directory(folder, error)) return false;
  const auto ending = "-" + programs_hash(worker) + ".json";
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().filename().string().ends_with(ending)) return true;
  return false;
}

std::optional<Probe> read_cache(const fs::path& file) {
  std::ifstream input(file);
  const auto kept = json::parse(input, nullptr, false);
  if (!kept.is_object()) return std::nullopt;
  const auto text = [&](const char* key) {
    return kept.value(key, json()).is_string() ? kept[key].get<std::string>() : "";
  };
  for (const State state : kOutcomes)
    if (text("state") == to_text(state)) return Probe{state, text("reason"), text("description")};
  return std::nullopt;
}

/// A cache that cannot be written costs time, not the answer.
void write_cache(const fs::path& file, const Probe& outcome) {
  if (file.empty()) return;
  try {
    std::error_code ignored;
    fs::create_directories(file.parent_path(), ignored);
    const json kept = {{"state", to_text(outcome.state)},
                       {"reason", outcome.reason},
                       {"description", outcome.description}};
    write_atomic(file, std::string_view(kept.dump(-1, ' ', false, json::error_handler_t::replace)));
  } catch (const Error&) {
  }
}

/// What the worker says when it refuses a plugin: an error block of one object.
std::string refusal_text(const json& said) {
  if (!said.is_object() || !said.contains("error")) return {};
  const auto& e = said["error"];
  const auto part = [&](const char* key) { return e.value(key, std::string()); };
  return Error(ExitCode::plugin, {part("where"), part("expected"), part("found")}).what();
}

Probe judge(const ChildResult& child, std::chrono::milliseconds limit) {
  if (child.timed_out)
    return {State::hangs,
            with_last_words("loading it took longer than " +
                                std::to_string(limit.count() / 1000.0).substr(0, 4) + " s",
                            child)};
  if (WIFSIGNALED(child.status))
    return {State::crashes,
            with_last_words("loading it ended the process, " + signal_text(WTERMSIG(child.status)),
                            child)};
  const auto said = json::parse(child.output, nullptr, false);
  const int code = WEXITSTATUS(child.status);
  if (code == 0 && said.is_object() && said.contains("options"))
    return {State::ready, {}, child.output};
  if (const auto refusal = refusal_text(said); !refusal.empty()) return {State::fails, refusal};
  return {State::fails,
          with_last_words("loading it ended the process with exit code " + std::to_string(code),
                          child)};
}

/// Whether nothing of the environment can be why a plugin does not load: no limit of memory, no
/// libraries in place of ours, a working folder that is there.
bool is_plain_environment() {
  for (const auto resource : {RLIMIT_AS, RLIMIT_DATA}) {
    rlimit limit = {};
    if (getrlimit(resource, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY) return false;
  }
  for (const char* name : {"LD_LIBRARY_PATH", "LD_PRELOAD", "LD_AUDIT"})
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0')
      if (name != std::string_view("LD_LIBRARY_PATH") || !library_path_is_settled()) return false;
  std::error_code error;
  static_cast<void>(fs::current_path(error));
  return !error;
}

/// A machine that was busy or short of memory is not the plugin's fault, nor are libraries that the
/// worker itself did not find: of failures those alone are kept that are a plugin's for certain.
bool worth_keeping(const Probe& outcome, const ChildResult& child) {
  if (outcome.state == State::ready) return true;
  if (outcome.state == State::hangs || !is_plain_environment()) return false;
  if (WIFSIGNALED(child.status)) return is_crash(WTERMSIG(child.status));
  return WEXITSTATUS(child.status) == static_cast<int>(ExitCode::plugin);
}

}  // namespace

std::optional<Probe> known_probe(const fs::path& file, const fs::path& worker,
                                 const ProbeSettings& settings) {
  const auto kept = cache_file(file, worker, settings);
  return kept.empty() ? std::nullopt : read_cache(kept);
}

Probe probe(const fs::path& file, const fs::path& worker, const ProbeSettings& settings) {
  const auto kept = cache_file(file, worker, settings);
  if (!kept.empty() && !settings.anew)
    if (auto known = read_cache(kept)) return *known;
  settle_libtorch(worker);
  const auto limit = have_loaded(worker, settings) ? settings.limit : settings.first_limit;
  const auto child = run_child(worker, {"probe", file.string()}, limit);
  auto outcome = judge(child, limit);
  std::error_code ignored;
  if (worth_keeping(outcome, child))
    write_cache(kept, outcome);
  else if (!kept.empty())
    fs::remove(kept, ignored);
  return outcome;
}

int forget_probes(const ProbeSettings& settings) {
  const auto folder = cache_folder(settings);
  std::error_code error;
  int count = 0;
  if (folder.empty() || !fs::is_directory(folder, error)) return 0;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == ".json" && fs::remove(entry.path(), error)) ++count;
  if (error)
    throw Error(ExitCode::storage, {folder.string(), "that its files can be removed",
                                    error.message(), "remove the folder by hand"});
  return count;
}

}  // namespace sslhost::host
