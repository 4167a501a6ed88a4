// SPDX-License-Identifier: Apache-2.0
#include "host/config/option_sources.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>

#include <unistd.h>

#include <toml++/toml.h>

#include "sslhost/error.hpp"

#include "host/storage/joined.hpp"
#include "host/storage/utf8.hpp"

namespace sslhost::host {

namespace {

std::vector<std::string> all_names(const std::vector<OptionList*>& lists) {
  std::vector<std::string> names;
  for (auto* list : lists)
    for (auto& name : list->names()) names.push_back(std::move(name));
  return names;
}

/// '-' and '_' are the same.
bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return (x == '-' ? '_' : x) == (y == '-' ? '_' : y); });
}

/// A file and line for messages.
std::string at_line(const std::string& label, const toml::source_region& source) {
  return label + ", line " + std::to_string(source.begin.line);
}

/// Throws Error (data) for the first line that is no UTF-8; a byte order mark may stand before all.
void require_utf8(const std::filesystem::path& file, const std::string& label) {
  std::ifstream in(file, std::ios::binary);
  std::string text;
  for (int line = 1; std::getline(in, text); ++line)
    if (!is_utf8(text))
      throw Error(
          ExitCode::data,
          {label + ", line " + std::to_string(line), "text in UTF-8", "bytes of another encoding",
           "convert the file, from Latin-1 for example: iconv -f latin1 -t utf-8"});
}

std::string toml_text(const OptionValue& value) {
  if (!std::holds_alternative<std::string>(value)) return to_text(value);
  // With escapes, on one line: of a string of several lines a reader leaves out the line's end that
  // it begins with.
  using toml::format_flags;
  constexpr auto kEscaped =
      toml::toml_formatter::default_flags &
      ~(format_flags::allow_multi_line_strings | format_flags::allow_literal_strings);
  const toml::value<std::string> text(std::get<std::string>(value));
  std::ostringstream out;
  out << toml::toml_formatter(text, kEscaped);
  return out.str();
}

}  // namespace

const OptionSource::Entry* OptionSource::find(std::string_view name) const {
  const auto found = std::find_if(entries.rbegin(), entries.rend(),  // the last one given counts
                                  [&](const Entry& entry) { return same_name(entry.name, name); });
  return found == entries.rend() ? nullptr : &*found;
}

const std::string* text_of(const OptionSource& source, std::string_view name) {
  const auto* entry = source.find(name);
  if (!entry) return nullptr;
  if (entry->alone)
    throw Error(ExitCode::usage, {entry->where, "a value", "none", entry->where + " VALUE"});
  return std::get_if<std::string>(&entry->value);
}

OptionSource read_toml(const std::filesystem::path& file, const std::string& label) {
  require_utf8(file, label);
  toml::table table;
  try {
    table = toml::parse_file(file.string());
  } catch (const toml::parse_error& error) {
    throw Error(ExitCode::usage, {at_line(label, error.source()), "TOML",
                                  std::string(error.description()), "mend " + file.string()});
  }
  OptionSource source{.entries = {}, .each_once = true};
  for (const auto& [key, node] : table) {
    const auto where = at_line(label, node.source());
    const auto add = [&](OptionValue value) {
      source.entries.push_back({std::string(key.str()), std::move(value), false, where});
    };
    if (const auto* flag = node.as_boolean())
      add(flag->get());
    else if (const auto* integer = node.as_integer())
      add(integer->get());
    else if (const auto* number = node.as_floating_point())
      add(number->get());
    else if (const auto* text = node.as_string())
      add(text->get());
    else
      throw Error(ExitCode::usage, {where, "name = value",
                                    "'" + std::string(key.str()) + "' with a table, list or date",
                                    "mend " + file.string()});
  }
  return source;
}

OptionSource read_environment() {
  constexpr std::string_view kPrefix = "SSLHOST_";
  OptionSource source{.entries = {}, .strict = false};
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (!text.starts_with(kPrefix) || equals == text.npos) continue;
    std::string name(text.substr(kPrefix.size(), equals - kPrefix.size()));
    for (auto& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    source.entries.push_back({std::move(name), std::string(text.substr(equals + 1)), true,
                              std::string(text.substr(0, equals))});
  }
  return source;
}

Option* find_option(const std::vector<OptionList*>& lists, std::string_view name) {
  for (auto* list : lists)
    if (auto* option = list->find(name)) return option;
  return nullptr;
}

std::string renamed_text(const std::string& former, const std::string& name) {
  return "option " + former + " is now called " + name;
}

namespace {

/// Gives the option the entry's value, or says what is wrong with it.
std::optional<std::string> assign(Option& option, const OptionSource::Entry& entry) {
  if (entry.alone && std::string_view(option.type()) != "boolean")
    return entry.where + ": expected a value (" + option.type() + "), found none";
  const auto* text = std::get_if<std::string>(&entry.value);
  if (text && !is_utf8(*text)) return entry.where + ": expected text in UTF-8, found other bytes";
  const auto wrong = entry.text ? option.assign_text(*text) : option.assign(entry.value);
  if (wrong) return entry.where + ": " + option.name() + ": " + *wrong;
  return std::nullopt;
}

std::string twice(const std::string& option, const OptionSource::Entry& entry,
                  const std::string& first) {
  return entry.where + ": '" + entry.name + "' sets option " + option + ", as " + first +
         " does; leave one out";
}

}  // namespace

Resolved resolve(const std::vector<OptionList*>& lists, const std::vector<OptionSource>& sources,
                 const std::function<std::string(const std::string& name)>& elsewhere) {
  Resolved resolved;
  std::vector<std::string> problems;
  for (const auto& name : all_names(lists)) resolved.origins[name] = "default";
  for (auto source = sources.rbegin(); source != sources.rend(); ++source) {
    std::map<std::string, std::string> places;  // of this source alone
    for (const auto& entry : source->entries) {
      auto* option = find_option(lists, entry.name);
      if (!option) {
        if (source->strict)
          problems.push_back(entry.where + ": there is no option '" + entry.name + "'" +
                             did_you_mean(entry.name, all_names(lists)) +
                             (elsewhere ? elsewhere(entry.name) : ""));
        continue;
      }
      const auto [place, is_first] = places.emplace(option->name(), entry.where);
      if (source->each_once && !is_first)
        problems.push_back(twice(option->name(), entry, place->second));
      if (const auto wrong = assign(*option, entry)) problems.push_back(*wrong);
      resolved.origins[option->name()] = entry.where;
      if (!same_name(entry.name, option->name()))
        resolved.former[option->name()] = option->former();
    }
  }
  if (problems.empty()) return resolved;
  throw Error(ExitCode::usage,
              {problems.size() == 1 ? "options" : std::to_string(problems.size()) + " options", "",
               joined(problems, "\n"), "see `sslhost --plugin ID --help`"});
}

std::string to_toml(const std::vector<OptionList*>& lists) {
  std::string text;
  for (auto* list : lists)
    for (const auto& option : list->all()) {
      auto meaning = option.meaning();
      if (!option.unit().empty()) meaning += " [" + option.unit() + "]";
      text += "# " + meaning + "\n" + option.name() + " = " + toml_text(option.value()) + "\n";
    }
  return text;
}

}  // namespace sslhost::host
