// SPDX-License-Identifier: Apache-2.0
#include "host/commands/command_line.hpp"

#include <algorithm>

#include <boost/program_options.hpp>

namespace sslhost::host {

namespace {

namespace po = boost::program_options;

Error usage(std::string where, std::string expected, std::string found) {
  return Error(ExitCode::usage,
               {std::move(where), std::move(expected), std::move(found), "see `sslhost --help`"});
}

po::options_description program_flags() {
  po::options_description flags;
  flags.add_options()("recipe", po::value<std::string>())("resume", po::value<std::string>())(
      "plugin-dir", po::value<std::vector<std::string>>())("plugin-file",
                                                           po::value<std::vector<std::string>>())(
      "set", po::value<std::vector<std::string>>())("json", po::bool_switch())(
      "quiet", po::bool_switch())("explain", po::bool_switch());
  return flags;
}

std::pair<std::string, std::string> name_and_value(const std::string& text,
                                                   const std::string& where) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    throw usage(where, "name=value", "'" + text + "'");
  return {text.substr(0, equals), text.substr(equals + 1)};
}

/// What is neither a flag of the program nor its value: options of host and method, and operands.
void read_rest(const std::vector<std::string>& rest, CommandLine& line) {
  std::vector<std::string> operands;
  for (size_t i = 0; i < rest.size(); ++i) {
    const auto& token = rest[i];
    if (!token.starts_with("--")) {
      operands.push_back(token);
      continue;
    }
    const auto name = token.substr(2);
    if (name.find('=') != std::string::npos) {
      line.request.options.push_back(name_and_value(name, "command line"));
    } else if (i + 1 < rest.size() && !rest[i + 1].starts_with("--")) {
      line.request.options.emplace_back(name, rest[++i]);
    } else {
      line.request.options.emplace_back(name, "true");
    }
  }
  if (!operands.empty()) {
    line.command = operands.front();
    line.operands.assign(operands.begin() + 1, operands.end());
  }
}

}  // namespace

CommandLine parse(const std::vector<std::string>& arguments) {
  namespace style = po::command_line_style;
  CommandLine line;
  const auto flags = program_flags();  // the parser keeps a pointer to it
  po::variables_map given;
  try {
    const auto parsed =
        po::command_line_parser(arguments)
            .options(flags)
            .style(style::allow_long | style::long_allow_adjacent | style::long_allow_next)
            .allow_unregistered()
            .run();
    po::store(parsed, given);
    read_rest(po::collect_unrecognized(parsed.options, po::include_positional), line);
  } catch (const po::error& error) {
    throw usage("command line", "", error.what());
  }
  const auto text = [&](const char* name) {
    return given.count(name) ? given[name].as<std::string>() : std::string();
  };
  const auto texts = [&](const char* name) {
    return given.count(name) ? given[name].as<std::vector<std::string>>()
                             : std::vector<std::string>();
  };
  line.request.recipe = text("recipe");
  line.resume = text("resume");
  for (const auto& folder : texts("plugin-dir")) line.request.plugin_folders.emplace_back(folder);
  for (const auto& file : texts("plugin-file")) line.request.plugin_files.emplace_back(file);
  for (const auto& pair : texts("set"))
    line.request.options.push_back(name_and_value(pair, "--set"));
  line.json = given["json"].as<bool>();
  line.quiet = given["quiet"].as<bool>();
  line.explain = given["explain"].as<bool>();
  return line;
}

}  // namespace sslhost::host
