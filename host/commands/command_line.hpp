// SPDX-License-Identifier: Apache-2.0
#pragma once

// The command line as data, read the same way by both programs: flags of the program and of the
// command, options of host and method, operands. Without LibTorch.

#include <charconv>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sslhost/error.hpp"

#include "host/discovery/search_path.hpp"

namespace sslhost::host {

struct CommandLine {
  std::string command = "train";      ///< the first word, wherever it stands
  bool named = false;                 ///< it stands in front
  std::vector<std::string> operands;  ///< the words after it
  /// Options of host, method and dataset in the order in which they were given: the last counts.
  std::vector<std::pair<std::string, std::string>> options;
  /// Of them, names that stood alone, as "true", and names whose last value came by --set.
  std::vector<std::string> alone, by_set;
  /// The values of each flag that the command takes (table.hpp); none where it was not given.
  std::map<std::string, std::vector<std::string>> flags;

  bool has(const std::string& flag) const { return !flags.at(flag).empty(); }
  /// Empty where it was not given.
  std::string value(const std::string& flag) const;
  /// That of a flag that was given. Throws Error (usage) for what is no number from `least` to
  /// `most`, or behind one.
  template <class Number>
  Number number(const std::string& flag, Number least, Number most, const std::string& expected,
                const std::string& next = {}) const {
    const auto text = value(flag);
    Number n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc() || end != text.data() + text.size() || !(n >= least && n <= most))
      throw Error(ExitCode::usage, {"--" + flag, expected, "'" + text + "'", next});
    return n;
  }
  PluginFlags plugins() const;  ///< --plugin-file, --plugin-dir
};

/// `--name value`, `--name=value`, `--flag`, `--set name=value`, `-h`. Throws Error (usage): a word
/// in front that is no command, a flag without its value or given twice, a word behind a switch, a
/// short flag that there is not, and for a command of the front program without options one that it
/// does not take, unless --help stands beside it. Other names are options: the worker checks them.
CommandLine parse(const std::vector<std::string>& arguments);

}  // namespace sslhost::host
