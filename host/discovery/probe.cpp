// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/probe.hpp"

#include <fstream>

#include <signal.h>
#include <sys/wait.h>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/discovery/child.hpp"
#include "host/discovery/content_hash.hpp"
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
  for (const auto& file : {worker, libraries / "libsslhost.so", libraries / "libsslhost_sdk.so"}) {
    std::error_code ignored;
    if (fs::is_regular_file(file, ignored)) all += content_hash(file).substr(0, 16);
  }
  return all;
}

fs::path cache_file(const fs::path& file, const fs::path& worker, const ProbeSettings& settings) {
  auto folder = settings.cache;
  if (folder.empty()) {
    folder = user_cache_folder();
    if (folder.empty()) return {};
    folder /= "probes";
  }
  return folder / (content_hash(file) + "-" + programs_hash(worker) + ".json");
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
  std::string text = part("where");
  if (!part("expected").empty()) text += ": expected " + part("expected");
  if (!part("found").empty())
    text += (part("expected").empty() ? ": " : ", found ") + part("found");
  return text;
}

std::string last_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

std::string with_last_words(std::string reason, const ChildResult& child) {
  const auto words = last_line(child.errors);
  return words.empty() ? reason : reason + "; its last words: " + words;
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

/// A machine that was busy or short of memory is not the plugin's fault: such outcomes are not
/// kept.
bool worth_keeping(const Probe& outcome, const ChildResult& child) {
  return outcome.state != State::hangs &&
         !(WIFSIGNALED(child.status) && WTERMSIG(child.status) == SIGKILL);
}

}  // namespace

std::optional<Probe> known_probe(const fs::path& file, const fs::path& worker,
                                 const ProbeSettings& settings) {
  const auto kept = cache_file(file, worker, settings);
  return kept.empty() ? std::nullopt : read_cache(kept);
}

Probe probe(const fs::path& file, const fs::path& worker, const ProbeSettings& settings) {
  const auto kept = cache_file(file, worker, settings);
  if (auto known = kept.empty() ? std::nullopt : read_cache(kept)) return *known;
  const auto child = run_child(worker, {"probe", file.string()}, settings.limit);
  auto outcome = judge(child, settings.limit);
  if (worth_keeping(outcome, child)) write_cache(kept, outcome);
  return outcome;
}

}  // namespace sslhost::host
