// SPDX-License-Identifier: Apache-2.0
#include "host/commands/table.hpp"

#include <algorithm>
#include <filesystem>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

#include "host/log/shell_word.hpp"
#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace {

const Flag kRecipe = {
    "recipe", "NAME",
    "a tested set of options, vat/digits, or a file of yours.toml; none: defaults"};
const Flag kSet = {"set", "KEY=VALUE", "any option; a method's own may also be written --epsilon 2",
                   true};
const Flag kResume = {"resume", "RUN", "go on with a run that was stopped; no other options"};

#define FRONT(command, ...) \
  {.name = command_name(#command), .answered_by = AnsweredBy::front, __VA_ARGS__},
#define WORKER(command, ...) \
  {.name = command_name(#command), .answered_by = AnsweredBy::worker, __VA_ARGS__},
const std::vector<Command> kCommands = {
#include "host/commands/table.inc"
};
#undef FRONT
#undef WORKER

const std::vector<Flag> kCommon = {
    {"plugin", "ID", ""},
    {"dataset", "ID", ""},
    {"plugin-dir", "DIR", "look for plugins there first", true},
    {"plugin-file", "FILE", "this plugin first", true},
    {"help", "", "the help of the command; with --plugin ID or --dataset ID its options", false,
     'h'},
    {"version", "", "as the command version"}};

// One command's flags that the others of its program take and pass over, as they have since 0.1.
// What a new command adds is its own: elsewhere such a name is an option, perhaps a method's.
const std::vector<Flag> kFront = {{"json", "", ""}, {"check", "", ""}, {"all", "", ""}};
const std::vector<Flag> kWorker = {
    kRecipe, kSet, kResume, {"json", "", ""}, {"quiet", "", ""}, {"explain", "", ""}};

}  // namespace

std::string command_name(std::string_view identifier) {
  std::string name(identifier);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

const std::vector<Command>& commands() { return kCommands; }
const std::vector<Flag>& common_flags() { return kCommon; }

const Command* find_command(std::string_view name) {
  const auto found = std::find_if(kCommands.begin(), kCommands.end(),
                                  [&](const Command& c) { return name == c.name; });
  return found == kCommands.end() ? nullptr : &*found;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const auto& c : kCommands)
    if (!c.hidden) names.push_back(c.name);
  return names;
}

void check_command(const std::string& word) {
  if (find_command(word) != nullptr) return;
  const auto names = command_names();
  std::error_code ignored;
  if (std::filesystem::exists(word, ignored) && nearest(word, names).empty())
    throw Error(ExitCode::usage,
                {"sslhost " + word, "a command", "'" + word + "', a file or folder",
                 "to train with it: sslhost --data " + shell_word(word) +
                     "; to look at it first: sslhost data " + shell_word(word)});
  throw Error(ExitCode::usage, {"sslhost " + word, "one of " + joined(names, ", "),
                                "'" + word + "'" + did_you_mean(word, names), "sslhost --help"});
}

std::vector<Flag> flags_taken_by(const Command* command) {
  if (command == nullptr) command = find_command("train");
  std::vector<Flag> all = command->flags;
  for (const auto* more :
       {&kCommon, command->answered_by == AnsweredBy::front ? &kFront : &kWorker})
    for (const auto& flag : *more)
      if (std::none_of(all.begin(), all.end(), [&](const Flag& f) { return f.name == flag.name; }))
        all.push_back(flag);
  return all;
}

}  // namespace sslhost::host
