// SPDX-License-Identifier: Apache-2.0
#include "host/commands/front/help.hpp"

#include <algorithm>
#include <cstdio>
#include <sstream>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/table.hpp"
#include "host/config/settings.hpp"
#include "host/discovery/discovery.hpp"
#include "host/discovery/probe.hpp"
#include "host/discovery/schema.hpp"

namespace sslhost::host {

using nlohmann::json;

namespace {

constexpr const char* kOptions = R"(Flags of every training command:
  --plugin ID         the method: supervised, vat, ...   (sslhost plugins)
  --dataset ID        the dataset: digits (default), mnist, cifar10, rings, ...
  --data PATH         where its files are
  --labels N          labeled samples; the others are used without their labels
  --seed S            of the split, the initial weights and every draw
  --iterations N      training steps
  --model NAME        the network, for every method alike: mlp-A-B-..., cnn-4x4
  --device D          auto (default), cpu, cuda or cuda:N
  --precision P       fp32 (default), tf32 (on CUDA) or bf16: products of fewer digits
  --threads N         CPU threads
  --out DIR           the run folder
)";

constexpr const char* kExamples = R"(Examples:
  sslhost --plugin vat                                digits with few labels, in seconds
  sslhost --data photos                               pictures of your own, some with labels
  sslhost --plugin vat --help                         the options of VAT
  sslhost --recipe vat/mnist-100-mlp --data mnist/    a published result
  sslhost plugins why ./mine.so                       why a plugin is not taken
)";

std::string padded(std::string text, size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

/// "-n, --count N".
std::string signature(const Flag& flag) {
  const auto letter = flag.letter == 0 ? std::string() : std::string("-") + flag.letter + ", ";
  return letter + "--" + flag.name + (flag.value.empty() ? "" : " " + flag.value);
}

std::string flags_text(const std::vector<Flag>& flags) {
  std::string text;
  for (const auto& flag : flags)
    if (!flag.meaning.empty()) text += "  " + padded(signature(flag), 20) + flag.meaning + "\n";
  return text;
}

/// Words in lines of 100 columns, each after the first indented.
std::string wrapped(const std::string& text, size_t indent) {
  std::istringstream words(text);
  std::string result(indent, ' ');
  size_t column = indent;
  for (std::string word; words >> word;) {
    if (column > indent && column + 1 + word.size() > 100) {
      result += "\n" + std::string(indent, ' ');
      column = indent;
    }
    result += (column > indent ? " " : "") + word;
    column += word.size() + (column > indent ? 1 : 0);
  }
  return result + "\n";
}

std::string flag_of(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return "--" + name;
}

std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// "--epsilon NUMBER", or the choices.
std::string signature(const json& option) {
  std::string what = option.at("type");
  if (!option.at("choices").empty()) {
    what.clear();
    for (const auto& c : option["choices"])
      what += (what.empty() ? "" : "|") + c.get<std::string>();
  } else {
    std::transform(what.begin(), what.end(), what.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  }
  return flag_of(option.at("name")) + " " + what;
}

std::string details(const json& option) {
  const auto text = [&](const char* key) { return text_of(option.at(key)); };
  std::string all = "default " + (text("default").empty() ? "\"\"" : text("default"));
  if (!text("unit").empty()) all += " " + text("unit");
  if (!text("range").empty()) all += "; " + text("range");
  if (!text("source").empty()) all += "; " + text("source");
  return all;
}

/// Options that share their first word with two others or more are one group: an optimizer's, a
/// generator's.
std::string group_of(const std::string& name, const json& options) {
  const auto prefix = name.substr(0, name.find('_')) + "_";
  const auto members = std::count_if(options.begin(), options.end(), [&](const json& o) {
    return o.at("name").get<std::string>().starts_with(prefix);
  });
  return members >= 3 && name.starts_with(prefix) ? prefix.substr(0, prefix.size() - 1) : "";
}

std::string options_text(const json& options) {
  std::string text, group;
  for (const auto& option : options) {
    if (const auto next = group_of(option.at("name"), options); next != group) {
      group = next;
      text += "\n" + (group.empty() ? "Other options" : "Options of " + group) + ":\n";
    }
    text += "  " + signature(option) + "\n" + wrapped(option.at("meaning"), 6) +
            wrapped("(" + details(option) + ")", 6);
  }
  return text;
}

std::string options_of(PluginKind kind, const std::string& id, const SearchPath& search) {
  const auto found = find_plugin(kind, id, search);
  return plugin_help(probe(found.file, search.worker).description);
}

/// The options that a method, a dataset or both have.
std::string options_help(const CommandLine& line) {
  const auto method = line.value("plugin"), dataset = line.value("dataset");
  const auto search = make_search_path(line.plugins());
  std::string text;
  if (!method.empty()) text += options_of(PluginKind::method, method, search);
  if (!method.empty() && !dataset.empty()) text += "\n";
  if (!dataset.empty()) text += options_of(PluginKind::dataset, dataset, search);
  if (!method.empty()) text += "\n" + host_options_help();
  return text + "\nThe flags of the program: sslhost --help\n";
}

json to_json(const std::vector<Flag>& flags) {
  auto all = json::array();
  for (const auto& flag : flags)
    if (!flag.meaning.empty())
      all.push_back({{"flag", signature(flag)},
                     {"name", flag.name},
                     {"value", flag.value},
                     {"meaning", flag.meaning}});
  return all;
}

/// docs/reference/commands.md is made from it.
std::string table_as_json() {
  json table = {{"commands", json::array()}, {"flags", to_json(common_flags())}};
  for (const auto& c : commands())
    if (!c.hidden)
      table["commands"].push_back({{"name", c.name},
                                   {"meaning", c.meaning},
                                   {"usage", c.usage},
                                   {"flags", to_json(c.flags)}});
  return table.dump(2) + "\n";
}

std::string text_for(const CommandLine& line) {
  if (!line.value("plugin").empty() || !line.value("dataset").empty()) return options_help(line);
  if (line.command != "help") return line.named ? command_help(line.command) : program_help();
  if (line.has("json")) return table_as_json();
  return line.operands.empty() ? program_help() : command_help(line.operands.front());
}

}  // namespace

std::string program_help() {
  std::string text =
      "sslhost: semi-supervised image classification, with methods as plugins\n\n"
      "  sslhost [COMMAND] [flags]\n\nCommands:\n";
  for (const auto& c : commands())
    if (!c.hidden) text += "  " + padded(c.name, 12) + c.meaning + "\n";
  return text + "\n" + kOptions + flags_text(find_command("train")->flags) +
         flags_text(common_flags()) + "\n" + kExamples;
}

std::string command_help(const std::string& command) {
  check_command(command);
  const Command& c = *find_command(command);
  const auto flags = flags_text(c.flags);
  return "sslhost " + command + ": " + c.meaning + "\n" + c.usage + (flags.empty() ? "" : "\n") +
         flags;
}

std::string plugin_help(const std::string& description) {
  const json d = json::parse(description);
  const auto& options = d.at("options");
  std::string text = d.at("kind").get<std::string>() + " " + d.at("id").get<std::string>() + " " +
                     d.at("version").get<std::string>() + ": " +
                     d.at("summary").get<std::string>() + "\n";
  if (options.empty()) return text + "\nIt has no options of its own.\n";
  return text + "\nOptions:\n" + options_text(options);
}

std::string host_options_help() {
  Settings settings;
  OptionList list;
  Settings::describe(list, settings);
  return "Options of every method:\n" + options_text(options_to_json(list));
}

int help_command(const CommandLine& line) {
  std::fputs(text_for(line).c_str(), stdout);
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
