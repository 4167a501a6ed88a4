// SPDX-License-Identifier: Apache-2.0
// sslhost doctor: what this installation found on this machine, and what it misses. One finding a
// line.

#include <cstdio>
#include <thread>

#include <sys/wait.h>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/commands/entries.hpp"
#include "host/discovery/child.hpp"
#include "host/discovery/discovery.hpp"
#include "host/discovery/libtorch.hpp"
#include "host/discovery/missing_libraries.hpp"
#include "host/discovery/user_folders.hpp"
#include "host/fetch/curl.hpp"
#include "host/storage/joined.hpp"
#include "host/storage/scratch_folder.hpp"

namespace sslhost::host {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

namespace {

struct Finding {
  std::string what;
  std::string found;
  std::string next = {};  ///< what to do; empty: all is well
  ExitCode code = ExitCode::done;

  /// A note is something that one can do without.
  const char* state() const {
    return code != ExitCode::done ? "problem" : next.empty() ? "ok" : "note";
  }
};

using Findings = std::vector<Finding>;

Finding libtorch(const fs::path& worker) {
  const auto found = find_libtorch(worker);
  if (found.folder.empty())
    return {
        "LibTorch", found.refused.empty() ? "nowhere" : joined(found.refused, "; "),
        "pip install torch in the Python environment that you use, or set LIBTORCH to its folder",
        ExitCode::storage};
  return {"LibTorch", found.version + " in " + found.folder.string() + " (" + found.origin + ")"};
}

/// What the worker says of this machine; a problem where it does not start.
Finding worker_facts(const fs::path& worker, nlohmann::json& facts) {
  settle_libtorch(worker);
  const auto child = run_child(worker, {"facts"}, std::chrono::seconds(60));
  if (WIFEXITED(child.status) && WEXITSTATUS(child.status) == 0)
    facts = nlohmann::json::parse(child.output, nullptr, false);
  if (facts.is_object()) return {"worker", worker.string() + " starts"};
  const auto missing = missing_libraries(worker).names;
  auto words = missing.empty() ? child.errors : "libraries not found: " + joined(missing, "; ");
  while (!words.empty() && words.back() == '\n') words.pop_back();
  return {
      "worker", worker.string() + " does not start: " + words,
      missing.empty() ? "install sslhost again" : "see LibTorch above; else install sslhost again",
      ExitCode::storage};
}

/// What of it our own kernels could take; kernels() says what they do take.
Finding processor(const nlohmann::json& facts) {
  const char* width = __builtin_cpu_supports("avx512f") ? "AVX-512"
                      : __builtin_cpu_supports("avx2")  ? "AVX2"
                                                        : "no AVX2";
  auto text = facts.value("processor", std::string("unknown")) + ", " + width + ", " +
              std::to_string(facts.value("threads", 0)) + " threads of " +
              std::to_string(std::thread::hardware_concurrency());
  return {"processor", text};
}

/// As run.json names them.
Finding kernels(const nlohmann::json& facts) {
  return {"kernels", facts.value("kernels", std::string("unknown")),
          facts.value("variables", std::string())};
}

Findings cards(const nlohmann::json& facts) {
  Findings all;
  for (const auto& card : facts.value("cards", std::vector<std::string>()))
    all.push_back({"GPU", card});
  if (all.empty())
    all.push_back({"GPU", "none: " + facts.value("no_card", std::string("unknown")),
                   "everything runs on the processor"});
  return all;
}

Findings plugins(const fs::path& worker) {
  SearchPath search = make_search_path({});
  search.worker = worker;
  Findings all;
  size_t ready = 0;
  const auto found = scan(search);
  for (const auto& plugin : found) {
    if (plugin.state == State::ready) {
      ++ready;
    } else if (plugin.state != State::shadowed) {
      all.push_back({"plugin", plugin.file.string() + ": " + plugin.reason,
                     "sslhost plugins why " + plugin.file.string(), ExitCode::plugin});
    }
  }
  all.insert(all.begin(), {"plugins", std::to_string(ready) + " of " +
                                          std::to_string(found.size()) + " can be used"});
  if (found.empty())
    all.front() = {"plugins", "none", "install sslhost again; sslhost plugins says where it looks",
                   ExitCode::plugin};
  return all;
}

/// By writing: permissions do not say it for the superuser, nor on every file system.
bool can_write_in(const fs::path& folder) try {
  const ScratchFolder made(folder, ".sslhost");
  return true;
} catch (const std::exception&) {  // also where a file stands in its way
  return false;
}

/// A folder that is made when it is needed: whether it can be.
Finding writable(const std::string& what, const fs::path& folder, const std::string& without) {
  if (folder.empty()) return {what, "no home folder (HOME is not set)", without};
  auto there = folder;
  std::error_code error;
  while (!fs::exists(there, error) && there.has_relative_path()) there = there.parent_path();
  if (!can_write_in(there))
    return {what, folder.string() + ": " + there.string() + " may not be written to", without};
  const auto space = fs::space(there, error);
  const auto gigabytes = error ? 0 : space.available / 1'000'000'000;
  return {what, folder.string() + ", " + std::to_string(gigabytes) + " GB free"};
}

Finding pretrained_weights() {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(user_data_folder() / "models", ignored))
    if (entry.path().extension() == ".safetensors") names.push_back(entry.path().stem());
  if (names.empty())
    return {"weights", "none",
            "for photos: sslhost models add efficientnet-lite0 (17 MB; sslhost models has more)"};
  return {"weights", joined(names, "; ")};
}

Finding downloads() try {
  curl();
  return {"downloads", "libcurl is there"};
} catch (const Error&) {
  return {"downloads", "no libcurl", "for sslhost data get: apt-get install libcurl4"};
}

Findings examine() {
  const auto worker = program_folder() / "sslhost-worker";
  nlohmann::json facts;
  Findings all = {{"programs", program_folder().string()}, libtorch(worker)};
  all.push_back(worker_facts(worker, facts));
  if (facts.is_object()) {
    all.push_back(processor(facts));
    all.push_back(kernels(facts));
    for (const auto& card : cards(facts)) all.push_back(card);
  }
  for (const auto& plugin : plugins(worker)) all.push_back(plugin);
  all.push_back(writable(
      "cache", user_cache_folder(),
      "pictures and features are computed anew in every run; set SSLHOST_CACHE to a folder"));
  all.push_back(writable("data", user_data_folder(),
                         "weights and data sets cannot be kept; set XDG_DATA_HOME to a folder"));
  all.push_back(writable("working folder", fs::current_path(),
                         "runs go to the working folder: --out names another"));
  all.push_back(pretrained_weights());
  all.push_back(downloads());
  return all;
}

void print(const Findings& all) {
  for (const auto& f : all) {
    std::printf("%-8s %-15s %s\n", f.state(), f.what.c_str(), f.found.c_str());
    if (!f.next.empty()) std::printf("%-8s %-15s next: %s\n", "", "", f.next.c_str());
  }
}

void print_json(const Findings& all) {
  auto list = ordered_json::array();
  for (const auto& f : all)
    list.push_back({{"state", f.state()}, {"what", f.what}, {"found", f.found}, {"next", f.next}});
  const ordered_json j = {{"findings", list}};
  std::printf("%s\n", j.dump(2, ' ', false, ordered_json::error_handler_t::replace).c_str());
}

}  // namespace

int doctor_command(const CommandLine& line) {
  if (!line.operands.empty())
    throw Error(ExitCode::usage, {"sslhost doctor", "no more words", line.operands.front(),
                                  "sslhost plugins why FILE looks at one plugin"});
  const auto all = examine();
  line.has("json") ? print_json(all) : print(all);
  for (const auto& f : all)
    if (f.code != ExitCode::done) return static_cast<int>(f.code);
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
