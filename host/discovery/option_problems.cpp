// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/option_problems.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "host/storage/joined.hpp"
#include "host/storage/utf8.hpp"

namespace sslhost::host {

namespace {

using Problems = std::vector<std::string>;

/// A bare key of TOML; the flag is the same with '-'.
bool is_name(const std::string& name) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789_";
  return !name.empty() && name.find_first_not_of(kAllowed) == name.npos && name[0] >= 'a';
}

/// It becomes a comment in config.toml, which ends with the line.
bool is_one_line(const std::string& text) {
  const auto control = [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; };
  return is_utf8(text) && std::none_of(text.begin(), text.end(), control);
}

void check_names(const Option& option, Problems& problems) {
  std::vector<std::string> names = {option.name()};
  if (!option.former().empty()) names.push_back(option.former());
  for (const auto& name : names)
    if (!is_name(name))
      problems.push_back("'" + name +
                         "': a name has lower-case letters, digits and '_', and begins with a "
                         "letter");
}

void check_choices(const Option& option, Problems& problems) {
  std::set<std::string> seen;
  for (const auto& choice : option.choices())
    if (!seen.insert(choice).second)
      problems.push_back("'" + option.name() + "': the choice '" + choice + "' is there twice");
}

void check_default(const Option& option, Problems& problems) {
  auto same = option;  // of a const list; it is given the value that it has
  if (!same.assign(option.initial())) return;
  const auto value = "'" + option.name() + "': its default " + to_text(option.initial());
  if (!option.choices().empty())
    problems.push_back("'" + option.name() + "': its default is none of its choices, " +
                       joined(option.choices(), ", "));
  else if (option.range().empty())
    problems.push_back(value + " is no number that float32 can hold");
  else
    problems.push_back(value + " is outside its own range, " + option.range());
}

void check_texts(const Option& option, Problems& problems) {
  const auto* text = std::get_if<std::string>(&option.initial());
  if (text != nullptr && (!is_utf8(*text) || text->find('\0') != text->npos))
    problems.push_back("'" + option.name() + "': its default is no text in UTF-8");
  for (const auto& said : {option.meaning(), option.unit()})
    if (!is_one_line(said))
      problems.push_back("'" + option.name() + "': meaning and unit are one line in UTF-8 each");
}

}  // namespace

std::vector<std::string> option_problems(const OptionList& list) {
  Problems problems;
  std::map<std::string, int> owners;
  for (const auto& option : list.all()) {
    ++owners[option.name()];
    if (!option.former().empty()) ++owners[option.former()];
    check_names(option, problems);
    check_choices(option, problems);
    check_default(option, problems);
    check_texts(option, problems);
  }
  for (const auto& [name, count] : owners)
    if (count > 1)
      problems.push_back("'" + name + "' is the name, or the earlier name, of " +
                         std::to_string(count) + " options");
  return problems;
}

}  // namespace sslhost::host
