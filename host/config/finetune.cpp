// SPDX-License-Identifier: Apache-2.0
#include "host/config/finetune.hpp"

#include <string>

#include "host/config/plan.hpp"
#include "host/loading/describe.hpp"

namespace sslhost::host {

namespace {

constexpr std::string_view kTaken[] = {"dataset", "data", "seed"};

/// Of its dataset alone: those of the method and most of the host's were for features.
OptionList& options_of_dataset(const LoadedPlugin& plugin, OptionList& list) {
  describe(plugin, list);
  return list;
}

}  // namespace

OptionSource finetune_source(const std::filesystem::path& run, const SearchPath& search) {
  const auto recorded = read_recorded_options(run / "config.toml");
  const auto where = "--finetune " + run.string();
  OptionSource source{.entries = {}, .strict = false};  // another method has other options
  const auto set = [&](const std::string& name, OptionValue value) {
    source.entries.push_back({name, std::move(value), false, where});
  };
  const auto take = [&](const std::string& name) {
    if (const auto* entry = recorded.find(name)) set(name, entry->value);
  };
  for (const auto name : kTaken) take(std::string(name));
  const auto id = sslhost::to_text(recorded.find("dataset")->value);
  const auto dataset = load_plugin(find_plugin(PluginKind::dataset, id, search));
  OptionList list;
  for (const auto& option : options_of_dataset(dataset, list).all()) take(option.name());
  const auto folder = std::filesystem::absolute(run);
  set("plugin", std::string("supervised"));
  set("init", folder.string());
  set("split", (folder / "split.json").string());
  set("encoder", std::string("none"));
  set("freeze_statistics", true);
  set("weak", std::string("flip"));
  set("learning_rate", 1e-5);
  set("batch", std::int64_t{16});
  set("iterations", std::int64_t{60});
  set("eval_every", std::int64_t{60});
  return source;
}

}  // namespace sslhost::host
