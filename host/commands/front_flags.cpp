// SPDX-License-Identifier: Apache-2.0
#include "host/commands/front_flags.hpp"

#include <boost/program_options.hpp>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

namespace sslhost::host {

namespace po = boost::program_options;

namespace {

const std::vector<std::string> kNames = {"help",   "version", "json",        "check",     "all",
                                         "plugin", "dataset", "plugin-file", "plugin-dir"};

po::options_description description(FrontFlags& f, std::vector<std::string>& files,
                                    std::vector<std::string>& folders) {
  po::options_description d;
  d.add_options()("help,h", po::bool_switch(&f.help))("version", po::bool_switch(&f.version));
  d.add_options()("json", po::bool_switch(&f.json))("check", po::bool_switch(&f.check))(
      "all", po::bool_switch(&f.all));
  d.add_options()("plugin", po::value(&f.method))("dataset", po::value(&f.dataset));
  d.add_options()("plugin-file", po::value(&files))("plugin-dir", po::value(&folders));
  return d;
}

std::string without_dashes(std::string name) {
  return name.substr(std::min(name.find_first_not_of('-'), name.size()));
}

[[noreturn]] void refuse(const std::string& where, std::string expected, std::string found) {
  throw Error(ExitCode::usage, {where, std::move(expected), std::move(found), "sslhost --help"});
}

}  // namespace

FrontFlags parse_front_flags(const std::vector<std::string>& arguments, OtherFlags others) {
  FrontFlags flags;
  std::vector<std::string> files, folders;
  const auto known = description(flags, files, folders);
  // No abbreviations: a flag that another command adds later must not change what an old command
  // line means.
  const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  try {
    auto parser = po::command_line_parser(arguments).options(known).style(style);
    const auto parsed = parser.allow_unregistered().run();
    for (const auto& option : parsed.options) {
      if (option.position_key >= 0) flags.words.push_back(option.original_tokens.at(0));
      if (option.unregistered && others == OtherFlags::refuse) {
        const auto name = without_dashes(option.string_key);
        refuse("--" + name, "a flag of this command",
               "an unknown one" + did_you_mean(name, kNames));
      }
    }
    po::variables_map values;
    po::store(parsed, values);
    po::notify(values);
  } catch (const po::error& e) {
    refuse("command line", "flags with their values, each once", e.what());
  }
  flags.plugins.files.assign(files.begin(), files.end());
  flags.plugins.folders.assign(folders.begin(), folders.end());
  return flags;
}

}  // namespace sslhost::host
