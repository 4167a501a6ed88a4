// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/small_run.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "host/discovery/discovery.hpp"
#include "host/loading/loader.hpp"
#include "host/run/metrics.hpp"
#include "host/storage/safetensors.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::testing {

namespace {

constexpr uint64_t kSeed = 3;

/// The build's plugins, and the methods of tests/methods. Not from the environment: tests are
/// listed without it.
std::vector<std::filesystem::path> plugin_folders() {
  const auto build = std::filesystem::canonical("/proc/self/exe").parent_path().parent_path();
  std::vector<std::filesystem::path> folders = {build / "lib/sslhost/plugins"};
  if (std::filesystem::exists(build / "tests/methods")) folders.push_back(build / "tests/methods");
  return folders;
}

/// Methods with more phases than one share the 24 iterations of a small run among them;
/// pseudo-labels count from the first one on.
OptionTexts needs_of(const std::string& method) {
  if (method == "autoencoder-transfer")
    return {{"reconstruct_iterations", "4"},
            {"reconstruct_optimizer", "sgd"},
            {"iterations", "14"},
            {"head", "16"},
            {"finetune_iterations", "6"},
            {"finetune_optimizer", "sgd"}};
  if (method == "graph-pseudo-labels")
    return {{"supervised_iterations", "8"}, {"iterations", "16"}, {"refresh_every", "5"}};
  if (method == "self-training") return {{"rounds", "1"}, {"threshold", "0.2"}};
  if (method == "fixmatch" || method == "flexmatch" || method == "uda")
    return {{"threshold", "0.2"}};
  return {};
}

/// All of it on another device than the CPU, where that is asked for.
OptionTexts on_device() {
  const char* device = std::getenv("SSLHOST_TEST_DEVICE");
  return {{"device", device ? device : "cpu"}};
}

}  // namespace

std::vector<std::string> methods() {
  std::vector<std::string> ids;
  for (const auto& folder : plugin_folders())
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() != ".so") continue;
      const auto found = host::inspect(entry.path(), "build");
      if (found.record && found.record->kind == PluginKind::method)
        ids.emplace_back(found.record->id);
    }
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::filesystem::path plugin_file(const std::string& method) {
  for (const auto& folder : plugin_folders())
    if (std::filesystem::exists(folder / (method + ".so"))) return folder / (method + ".so");
  throw std::runtime_error("no plugin " + method);
}

std::vector<std::string> option_names(const std::string& method) {
  const auto plugin = host::load_plugin(host::inspect(plugin_file(method), "build"));
  OptionList list;
  plugin.method->describe(list);
  return list.names();
}

bool by_iterations(const std::string& method) {
  const auto all = methods();
  if (std::find(all.begin(), all.end(), method) == all.end()) return true;  // a test of its absence
  const auto names = option_names(method);
  return std::find(names.begin(), names.end(), "iterations") != names.end();
}

TrainRequest this_build() {
  TrainRequest request;
  request.plugin_folders = plugin_folders();
  return request;
}

host::Subject subject_of(const std::string& method, const std::filesystem::path& scratch) {
  auto given = this_build();
  given.options = on_device();
  return {.file = plugin_file(method), .seed = kSeed, .given = given, .scratch = scratch};
}

TrainRequest small_run(const std::string& method, const OptionTexts& more) {
  auto request = this_build();
  request.options = host::short_run(method, kSeed);
  for (const auto& option : on_device()) request.options.push_back(option);
  if (by_iterations(method)) request.options.emplace_back("iterations", "24");
  const auto needed = needs_of(method);
  request.options.insert(request.options.end(), needed.begin(), needed.end());
  request.options.insert(request.options.end(), more.begin(),
                         more.end());  // the last one given counts
  return request;
}

}  // namespace sslhost::testing
