// SPDX-License-Identifier: Apache-2.0
#pragma once

// The commands as data. Parser, help, dispatch, shell completion and docs/reference/commands.md
// come from the rows of table.inc.

#include <string>
#include <string_view>
#include <vector>

namespace sslhost::host {

struct Flag {
  std::string name = {};
  std::string value = {};    ///< what stands for its value in texts, "DIR"; empty: a switch
  std::string meaning = {};  ///< empty: taken, and shown nowhere
  bool repeats = false;
  char letter = 0;  ///< "-n" for short; 0: none
};

/// `front` answers without LibTorch, at once; `worker` does the work.
enum class AnsweredBy { front, worker };

struct Command {
  std::string name = {};
  AnsweredBy answered_by = AnsweredBy::front;
  bool hidden = false;  ///< for programs: in no list of commands
  std::string meaning = {};
  std::string operands = {};  ///< words that may follow, and kinds of them: RUN, FILE, COMMAND
  std::string options = {};   ///< of the host, by name, that mean something to it; "all"
  std::vector<Flag> flags = {};
  std::string usage = {};  ///< the first lines of its help
};

/// As users write it: new_plugin is new-plugin.
std::string command_name(std::string_view identifier);

/// In the order of --help.
const std::vector<Command>& commands();
const Command* find_command(std::string_view name);

/// Of those that are not hidden.
std::vector<std::string> command_names();
/// Throws Error (usage) with the nearest names unless `word` is a command.
void check_command(const std::string& word);

/// That every command has.
const std::vector<Flag>& common_flags();
/// All that a command takes: its own, the common ones, and some of other commands, so that a
/// --quiet too many is no error. nullptr: train's.
std::vector<Flag> flags_taken_by(const Command* command);

}  // namespace sslhost::host
