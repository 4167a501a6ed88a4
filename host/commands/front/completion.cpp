// SPDX-License-Identifier: Apache-2.0
// sslhost completion SHELL: a script made from the table of commands and the host's options. What
// it offers is fixed when it is made, but for methods and datasets, which it asks for.
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <sstream>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/table.hpp"
#include "host/config/settings.hpp"
#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace {

/// A flag or an option as a shell offers it.
struct Offer {
  std::string flag;                 ///< "--split-seed"
  bool value = false;               ///< whether one follows
  std::vector<std::string> values;  ///< all there are; empty: any
  std::string plugins;              ///< "method" or "dataset", whose ids are its values
  std::string meaning;
};

Offer offer_of(const Flag& flag) {
  return {"--" + flag.name, !flag.value.empty(), {}, {}, flag.meaning};
}

Offer offer_of(const Option& option) {
  Offer offer = {"--" + option.name(), true, option.choices(), {}, option.meaning()};
  std::replace(offer.flag.begin(), offer.flag.end(), '_', '-');
  if (std::string(option.type()) == "boolean") offer.values = {"true", "false"};
  if (option.name() == "plugin") offer.plugins = "method";
  if (option.name() == "dataset") offer.plugins = "dataset";
  return offer;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

bool takes(const Command& command, const Option& option) {
  const auto names = words_of(command.options);
  return command.options == "all" || std::count(names.begin(), names.end(), option.name()) > 0;
}

/// The command's own flags, the common ones, and the host's options that it takes.
std::vector<Offer> offers_of(const Command& command) {
  std::vector<Offer> offers;
  for (const auto* flags : {&command.flags, &common_flags()})
    for (const auto& flag : *flags)
      if (!flag.meaning.empty()) offers.push_back(offer_of(flag));
  Settings settings;
  OptionList list;
  Settings::describe(list, settings);
  for (const auto& option : list.all())
    if (takes(command, option)) offers.push_back(offer_of(option));
  return offers;
}

/// The words that may follow a command; kinds of words are in capitals.
std::vector<std::string> operands_of(const Command& command) {
  if (command.operands == "COMMAND") return command_names();
  auto words = words_of(command.operands);
  std::erase_if(words, [](const std::string& word) { return std::isupper(word.front()) != 0; });
  return words;
}

std::vector<const Command*> shown_commands() {
  std::vector<const Command*> shown;
  for (const auto& command : commands())
    if (!command.hidden) shown.push_back(&command);
  return shown;
}

constexpr const char* kBashBegin = R"(_sslhost_ids() {
  local kind id version state rest
  "${COMP_WORDS[0]}" plugins 2>/dev/null | while read -r kind id version state rest; do
    [[ $kind == "$1" && $state == ready ]] && echo "$id"
  done
}

_sslhost() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
  local command=train flags= operands= offered=
  [[ $before == = ]] && before=${COMP_WORDS[COMP_CWORD-2]}  # a word of its own in --flag=value
  [[ $word == = ]] && word=
  ((COMP_CWORD > 1)) && [[ ${COMP_WORDS[1]} != -* ]] && command=${COMP_WORDS[1]}
  case $command in
)";

constexpr const char* kBashEnd = R"(    *)
      if [[ $word == -* ]]; then offered=$flags
      elif ((COMP_CWORD == 1)); then offered=$commands
      elif ((COMP_CWORD == 2)); then offered=$operands
      fi ;;
  esac
  COMPREPLY=($(compgen -W "$offered" -- "$word"))
}

complete -o default -F _sslhost sslhost
)";

/// What follows a flag: one line for each set of values. Nothing offered: bash completes files.
std::string bash_values(const std::vector<Offer>& offers) {
  std::vector<std::pair<std::string, std::string>> lines;  // values, flags
  for (const auto& offer : offers) {
    if (!offer.value) continue;
    const auto values = offer.plugins.empty() ? '"' + joined(offer.values, " ") + '"'
                                              : "$(_sslhost_ids " + offer.plugins + ")";
    const auto line =
        std::find_if(lines.begin(), lines.end(), [&](const auto& l) { return l.first == values; });
    if (line == lines.end())
      lines.emplace_back(values, offer.flag);
    else
      line->second += "|" + offer.flag;
  }
  std::string text;
  for (const auto& [values, flags] : lines)
    text += "    " + flags + ") offered=" + values + " ;;\n";
  return text;
}

std::string bash_script() {
  std::string text = kBashBegin;
  std::vector<Offer> all;
  for (const auto* command : shown_commands()) {
    const auto offers = offers_of(*command);
    std::vector<std::string> flags;
    for (const auto& offer : offers) {
      flags.push_back(offer.flag);
      const auto same = [&](const Offer& o) { return o.flag == offer.flag; };
      if (std::none_of(all.begin(), all.end(), same)) all.push_back(offer);
    }
    text += "    " + command->name + ") flags=\"" + joined(flags, " ") + "\" operands=\"" +
            joined(operands_of(*command), " ") + "\" ;;\n";
  }
  return text + "  esac\n  local commands=\"" + joined(command_names(), " ") +
         "\"\n  case $before in\n" + bash_values(all) + kBashEnd;
}

std::string zsh_script() { return "autoload -U +X bashcompinit && bashcompinit\n" + bash_script(); }

std::string fish_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += (c == '\'' || c == '\\' ? "\\" : "") + std::string(1, c);
  return quoted + "'";
}

std::string fish_line(const std::string& condition, const Offer& offer) {
  std::string text = "complete -c sslhost -n '" + condition + "' -l " + offer.flag.substr(2);
  if (!offer.plugins.empty())
    text += " -x -a \"(sslhost plugins 2>/dev/null | string match -rg '^" + offer.plugins +
            " +(\\S+) +\\S+ +ready ')\"";
  else if (!offer.values.empty())
    text += " -x -a " + fish_quoted(joined(offer.values, " "));
  else if (offer.value)
    text += " -r";
  return text + " -d " + fish_quoted(offer.meaning) + "\n";
}

std::string fish_script() {
  std::string text;
  std::vector<std::string> others = command_names();
  std::erase(others, "train");  // which need not be named
  for (const auto* command : shown_commands()) {
    text += "complete -c sslhost -n __fish_use_subcommand -f -a " + command->name + " -d " +
            fish_quoted(command->meaning) + "\n";
    const auto condition = command->name == "train"
                               ? "not __fish_seen_subcommand_from " + joined(others, " ")
                               : "__fish_seen_subcommand_from " + command->name;
    if (const auto words = operands_of(*command); !words.empty())
      text += "complete -c sslhost -n '" + condition + "' -f -a " +
              fish_quoted(joined(words, " ")) + "\n";
    for (const auto& offer : offers_of(*command)) text += fish_line(condition, offer);
  }
  return text;
}

}  // namespace

int completion_command(const CommandLine& line) {
  const auto shells = operands_of(*find_command("completion"));
  const auto shell = line.operands.size() == 1 ? line.operands.front() : "";
  if (std::find(shells.begin(), shells.end(), shell) == shells.end())
    throw Error(ExitCode::usage,
                {"sslhost completion", "one of " + joined(shells, ", "),
                 line.operands.empty() ? "none"
                                       : "'" + joined(line.operands, " ") + "'" +
                                             did_you_mean(joined(line.operands, " "), shells),
                 "sslhost completion --help"});
  const auto text = shell == "bash" ? bash_script() : shell == "zsh" ? zsh_script() : fish_script();
  std::fputs(text.c_str(), stdout);
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
