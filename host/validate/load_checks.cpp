// SPDX-License-Identifier: Apache-2.0
// Level 2: what a plugin does to a process that loads it.

#include <cstdio>
#include <iostream>

#include <sys/mman.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "host/discovery/schema.hpp"
#include "host/loading/guard.hpp"
#include "host/storage/descriptor.hpp"
#include "host/validate/loaded_checks.hpp"
#include "host/validate/process_state.hpp"

namespace sslhost::host {

namespace {

std::string described(const LoadedPlugin& plugin) {
  OptionList list;
  guarded(plugin.record.id, "describe", -1, [&] { plugin.plugin().describe(list); });
  return to_json(plugin.record, list).dump();
}

void make(const LoadedPlugin& plugin) {
  guarded(plugin.record.id, "make", -1, [&] {
    if (plugin.method) plugin.method->make();
    if (plugin.dataset) plugin.dataset->make();
  });
}

/// Both output streams lead into memory while it lives.
class CapturedOutput {
 public:
  CapturedOutput() : memory_(memfd_create("output", MFD_CLOEXEC)) {
    flush();
    for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
      (stream == STDOUT_FILENO ? out_ : err_) = Descriptor(dup(stream));
      dup2(memory_.get(), stream);
    }
  }
  CapturedOutput(const CapturedOutput&) = delete;
  CapturedOutput& operator=(const CapturedOutput&) = delete;
  ~CapturedOutput() {
    flush();
    dup2(out_.get(), STDOUT_FILENO);
    dup2(err_.get(), STDERR_FILENO);
  }
  std::string text() const {
    flush();
    char buffer[200];
    const auto n = pread(memory_.get(), buffer, sizeof(buffer), 0);
    return n > 0 ? std::string(buffer, static_cast<size_t>(n)) : std::string();
  }

 private:
  static void flush() {
    std::cout.flush();
    std::cerr.flush();
    std::fflush(nullptr);
  }
  Descriptor memory_, out_, err_;
};

/// Every other plugin that can be used, of the folders that are searched.
std::vector<Found> others_of(const Subject& subject) {
  const auto search = make_search_path({.folders = subject.given.plugin_folders});
  const auto own = inspect(subject.file, "");
  std::vector<Found> others;
  for (auto& found : scan(search)) {
    const bool same = found.record && own.record && found.record->kind == own.record->kind &&
                      std::string_view(found.record->id) == own.record->id;
    if (found.state == State::ready && !same) others.push_back(std::move(found));
  }
  return others;
}

std::vector<std::string> descriptions(const std::vector<LoadedPlugin>& plugins) {
  std::vector<std::string> all;
  for (const auto& plugin : plugins) all.push_back(described(plugin));
  return all;
}

/// The first that is described otherwise than before; empty: none.
std::string changed(const std::vector<LoadedPlugin>& plugins,
                    const std::vector<std::string>& before) {
  for (size_t i = 0; i < plugins.size(); ++i)
    if (described(plugins[i]) != before[i]) return plugins[i].record.id;
  return {};
}

std::vector<LoadedPlugin> load_all(const std::vector<Found>& files) {
  std::vector<LoadedPlugin> all;
  for (const auto& file : files) all.push_back(load_plugin(file));
  return all;
}

/// Another value that the option takes; nothing where none comes to mind.
std::optional<OptionValue> another(const Option& option) {
  const auto& now = option.initial();
  if (const auto* on = std::get_if<bool>(&now)) return !*on;
  for (const auto& choice : option.choices())
    if (OptionValue(choice) != now) return choice;
  if (const auto* n = std::get_if<int64_t>(&now)) return *n + 1;
  if (const auto* x = std::get_if<double>(&now)) return *x == 0 ? 0.5 : *x * 0.75;
  if (option.is_path()) return std::nullopt;
  return std::get<std::string>(now) + "x";
}

}  // namespace

Outcome check_load(const Subject& subject) {
  const auto plugin = subject.load();
  described(plugin);
  make(plugin);
  return passed();
}

Outcome check_quiet(const Subject& subject) {
  const auto before = process_state();
  std::string said;
  {
    const CapturedOutput output;
    const auto plugin = subject.load();
    described(plugin);
    make(plugin);
    said = output.text();
  }
  if (!said.empty()) return failed("it prints: " + said.substr(0, said.find('\n')));
  if (const auto what = difference(before, process_state()))
    return failed("loading it changes the " + *what);
  return passed();
}

Outcome check_twice(const Subject& subject) {
  const auto one = subject.load(), two = subject.load();
  const auto before = described(two);
  OptionList list;
  one.plugin().describe(list);
  int changed = 0;
  for (const auto& option : list.all())
    if (const auto value = another(option))
      changed += list.find(option.name())->assign(*value) ? 0 : 1;
  if (described(two) != before)
    return failed("options of one object became those of another: are they static?");
  make(one);
  make(two);
  if (described(subject.load()) != before)
    return failed("a third object begins with the options of the first: are they static?");
  return passed();
}

Outcome check_before_others(const Subject& subject) {
  const auto plugin = subject.load();
  const auto before = described(plugin);
  const auto others = others_of(subject);
  if (others.empty()) return skipped("there are no other plugins");
  load_all(others);
  make(plugin);
  if (described(plugin) != before)
    return failed("its options are others after " + std::to_string(others.size()) +
                  " more plugins were loaded");
  return passed();
}

Outcome check_after_others(const Subject& subject) {
  const auto files = others_of(subject);
  if (files.empty()) return skipped("there are no other plugins");
  const auto others = load_all(files);
  const auto before = descriptions(others);
  const auto plugin = subject.load();
  described(plugin);
  make(plugin);
  if (const auto id = changed(others, before); !id.empty())
    return failed("the options of " + id + " are others once it is loaded");
  return passed();
}

}  // namespace sslhost::host
