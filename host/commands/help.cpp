// SPDX-License-Identifier: Apache-2.0
#include "host/commands/help.hpp"

#include <algorithm>
#include <sstream>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

#include "host/config/settings.hpp"
#include "host/discovery/schema.hpp"

namespace sslhost::host {

using nlohmann::json;

namespace {

struct Command {
  const char* name;
  const char* meaning;
  const char* usage;  ///< the lines of `sslhost COMMAND --help` after the meaning
};

constexpr Command kCommands[] = {
    {"train", "train a model (the default command)",
     "  sslhost --plugin ID [flags]\n  sslhost --resume RUN            go on with a run that was "
     "stopped\n\n"
     "  The flags of the program are in `sslhost --help`, the options of a method\n  and of every "
     "run in `sslhost --plugin ID --help`.\n"},
    {"predict", "apply a trained model to a dataset",
     "  sslhost predict RUN [--dataset ID] [--data PATH] [--device D] [options of the dataset]\n"
     "  sslhost predict model.safetensors --dataset ID ...    the file alone, without its run\n\n"
     "  Prints CSV: index, name and label where there are any, predicted class, probability.\n"
     "  Data need no labels. Options of a dataset: `sslhost --dataset ID --help`.\n"},
    {"config", "show the configuration that a command line resolves to",
     "  sslhost config [--explain] [training flags]\n\n  --explain  where each value comes from: "
     "flag, SSLHOST_*, project file, recipe, default\n"},
    {"plugins", "list the methods and datasets that there are, or say why one cannot be used",
     "  sslhost plugins [--json] [--check]    every file of the folders searched, with its state\n"
     "  sslhost plugins why FILE              one file, in full; also by id\n\n"
     "  --check  open each plugin in a child process, not only its bytes\n"},
    {"help", "this text, or that of one command", "  sslhost help [COMMAND]\n"},
    {"version", "the versions of sslhost, its SDK and LibTorch", "  sslhost version\n"},
};

constexpr const char* kFlags = R"(Flags of every training command:
  --plugin ID         the method: supervised, vat, ...   (sslhost plugins)
  --recipe NAME       a tested set of options, vat/digits, or a file of yours.toml
  --dataset ID        the dataset: digits (default), mnist, cifar10, rings, ...
  --data PATH         where its files are
  --labels N          labeled samples; the others are used without their labels
  --seed S            of the split, the initial weights and every draw
  --iterations N      training steps
  --model NAME        the network, for every method alike: mlp-A-B-..., cnn-4x4
  --device D          auto (default), cpu, cuda or cuda:N
  --precision P       fp32, the only one yet
  --threads N         CPU threads
  --out DIR           the run folder
  --resume RUN        go on with a run that was stopped; no other options
  --set KEY=VALUE     any option; a method's own may also be written --epsilon 2
  --json              the last line of stdout is the result as one JSON object
  --quiet             no progress
  --plugin-dir DIR    look there first; --plugin-file FILE: this plugin first
)";

constexpr const char* kExamples = R"(Examples:
  sslhost --plugin vat                                digits with few labels, in seconds
  sslhost --plugin vat --help                         the options of VAT
  sslhost --recipe vat/mnist-100-mlp --data mnist/    a published result
  sslhost plugins why ./mine.so                       why a plugin is not taken
)";

const Command* find_command(const std::string& name) {
  const auto* found = std::find_if(std::begin(kCommands), std::end(kCommands),
                                   [&](const Command& c) { return name == c.name; });
  return found == std::end(kCommands) ? nullptr : found;
}

std::string padded(std::string text, size_t width) {
  if (text.size() < width) text.resize(width, ' ');
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

}  // namespace

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const auto& c : kCommands) names.emplace_back(c.name);
  return names;
}

void check_command(const std::string& word) {
  if (find_command(word) != nullptr) return;
  std::string all;
  for (const auto& c : kCommands) all += (all.empty() ? "one of " : ", ") + std::string(c.name);
  throw Error(ExitCode::usage,
              {"sslhost " + word, all, "'" + word + "'" + did_you_mean(word, command_names()),
               "sslhost --help"});
}

std::string program_help() {
  std::string text =
      "sslhost: semi-supervised image classification, with methods as plugins\n\n"
      "  sslhost [COMMAND] [flags]\n\nCommands:\n";
  for (const auto& c : kCommands) text += "  " + padded(c.name, 10) + c.meaning + "\n";
  return text + "\n" + kFlags + "\n" + kExamples;
}

std::string command_help(const std::string& command) {
  check_command(command);
  const Command& c = *find_command(command);
  return "sslhost " + command + ": " + c.meaning + "\n\n" + c.usage;
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

}  // namespace sslhost::host
