// SPDX-License-Identifier: Apache-2.0
#include "host/commands/command_line.hpp"

#include <algorithm>

#include <boost/program_options.hpp>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

#include "host/commands/table.hpp"

namespace sslhost::host {

namespace po = boost::program_options;

namespace {

po::options_description description_of(const std::vector<Flag>& flags) {
  po::options_description all;
  for (const auto& flag : flags) {
    const auto name = flag.letter == 0 ? flag.name : flag.name + "," + flag.letter;
    if (flag.value.empty())
      all.add_options()(name.c_str(), po::bool_switch());
    else if (flag.repeats)
      all.add_options()(name.c_str(), po::value<std::vector<std::string>>());
    else
      all.add_options()(name.c_str(), po::value<std::string>());
  }
  return all;
}

std::vector<std::string> values_of(const Flag& flag, const po::variables_map& given) {
  if (!given.count(flag.name)) return {};
  const auto& value = given[flag.name];
  if (flag.repeats) return value.as<std::vector<std::string>>();
  if (!flag.value.empty()) return {value.as<std::string>()};
  return value.as<bool>() ? std::vector<std::string>{"true"} : std::vector<std::string>();
}

std::pair<std::string, std::string> name_and_value(const std::string& text,
                                                   const std::string& where) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    throw Error(ExitCode::usage, {where, "name=value", "'" + text + "'", "see `sslhost --help`"});
  return {text.substr(0, equals), text.substr(equals + 1)};
}

bool is_flag(const po::option& option) { return option.position_key < 0 && !option.unregistered; }

/// "-2" too, which is a value or an operand.
bool is_word(const po::option& option) {
  return !is_flag(option) && !option.original_tokens.front().starts_with("--");
}

enum class Given { with_value, alone, by_set };

void add_option(CommandLine& line, std::pair<std::string, std::string> option, Given how) {
  auto& [name, value] = option;
  std::erase(line.by_set, name);
  if (how == Given::by_set) line.by_set.push_back(name);
  if (how == Given::alone) line.alone.push_back(name);
  line.options.push_back(std::move(option));
}

/// "-o", but not "-" or "-2".
bool is_short_flag(const po::option& option) {
  const auto& token = option.original_tokens.front();
  return option.position_key < 0 && token.size() > 1 && token[0] == '-' && token[1] != '-' &&
         token[1] != '.' && (token[1] < '0' || token[1] > '9');
}

/// Throws for `--recipe --seed 4`, where the parser takes the next flag for the value.
void check_value(const po::option& flag) {
  const auto& tokens = flag.original_tokens;
  if (tokens.size() > 1 && tokens[1].starts_with("--"))
    throw Error(ExitCode::usage, {tokens[0], "a value", "the next flag, " + tokens[1],
                                  tokens[0] + "=VALUE, where a value begins with two dashes"});
}

/// Throws for what can be no word of a command line: `-o`, and `true` in `--quiet true`.
void check_word(const std::vector<po::option>& given, size_t i, bool first) {
  const auto& word = given[i].original_tokens.front();
  if (is_short_flag(given[i]))
    throw Error(ExitCode::usage, {"command line", "flags in full, such as --out DIR",
                                  "unknown flag " + word, "sslhost --help"});
  const bool behind_switch = i > 0 && is_flag(given[i - 1]) && given[i - 1].value.empty();
  if (first && behind_switch && find_command(word) == nullptr) {
    const auto& flag = given[i - 1].original_tokens.front();
    throw Error(ExitCode::usage,
                {flag, "no value: it is on where it stands", "'" + word + "'", "leave it out"});
  }
}

void read_flag(const po::option& option, CommandLine& line) {
  const auto& name = option.string_key;
  check_value(option);
  // The host has options of these names, too. (A switch of a command's own has no value.)
  if ((name == "plugin" || name == "dataset") && !option.value.empty())
    add_option(line, {name, option.value.front()}, Given::with_value);
  if (name == "set") add_option(line, name_and_value(option.value.front(), "--set"), Given::by_set);
}

/// What is no flag: words, and options with the word behind them.
std::vector<std::string> read_rest(const std::vector<po::option>& given, CommandLine& line) {
  const bool strict = !line.has("help");  // whoever asks for help gets it, whatever is wrong
  std::vector<std::string> words;
  for (size_t i = 0; i < given.size(); ++i) {
    const auto& token = given[i].original_tokens.front();
    if (is_word(given[i])) {
      if (strict) check_word(given, i, words.empty());
      words.push_back(token);
    } else if (is_flag(given[i])) {
      if (strict) read_flag(given[i], line);
    } else if (token.find('=') != std::string::npos) {
      add_option(line, name_and_value(token.substr(2), "command line"), Given::with_value);
    } else if (i + 1 < given.size() && is_word(given[i + 1])) {
      add_option(line, {token.substr(2), given[++i].original_tokens.front()}, Given::with_value);
    } else {
      add_option(line, {token.substr(2), "true"}, Given::alone);
    }
  }
  return words;
}

void refuse_options(const CommandLine& line) {
  std::vector<std::string> names;
  for (const auto& [name, values] : line.flags) names.push_back(name);
  const auto by_set = [&](const std::string& name) {
    return std::find(line.by_set.begin(), line.by_set.end(), name) != line.by_set.end();
  };
  for (const auto& [name, value] : line.options)
    if (!line.flags.contains(name) && !by_set(name))
      throw Error(ExitCode::usage,
                  {"--" + name, "a flag of this command",
                   "an unknown one" + did_you_mean(name, names), "sslhost --help"});
}

}  // namespace

std::string CommandLine::value(const std::string& flag) const {
  const auto& values = flags.at(flag);
  return values.empty() ? std::string() : values.back();
}

PluginFlags CommandLine::plugins() const {
  const auto &files = flags.at("plugin-file"), &folders = flags.at("plugin-dir");
  return {{files.begin(), files.end()}, {folders.begin(), folders.end()}};
}

CommandLine parse(const std::vector<std::string>& arguments) {
  CommandLine line;
  line.named = !arguments.empty() && !arguments[0].empty() && arguments[0][0] != '-';
  if (line.named) check_command(arguments[0]);
  const auto* command = line.named ? find_command(arguments[0]) : nullptr;
  const auto taken = flags_taken_by(command);
  const auto known = description_of(taken);  // the parser keeps a pointer to it
  // No abbreviations: a flag that is added later must not change what a command line means.
  const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  std::vector<std::string> words;
  try {
    const auto parsed =
        po::command_line_parser(arguments).options(known).style(style).allow_unregistered().run();
    po::variables_map given;
    po::store(parsed, given);
    for (const auto& flag : taken) line.flags[flag.name] = values_of(flag, given);
    words = read_rest(parsed.options, line);
  } catch (const po::error& e) {
    throw Error(ExitCode::usage,
                {"command line", "flags with their values, each once", e.what(), "sslhost --help"});
  }
  if (!words.empty()) {
    line.command = words.front();
    line.operands.assign(words.begin() + 1, words.end());
  }
  if (line.has("help")) return line;  // whatever else is wrong
  if (command != nullptr && command->answered_by == AnsweredBy::front && command->options.empty())
    refuse_options(line);
  return line;
}

}  // namespace sslhost::host
