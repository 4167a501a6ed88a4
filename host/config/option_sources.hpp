// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where option values come from, and which one counts: flag, SSLHOST_* variable, project file,
// recipe, default. Everything that is wrong is reported at once.

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sslhost/options.hpp"

namespace sslhost::host {

/// Values of one origin. Text (flags, variables) is parsed by the option; typed values come from
/// TOML.
struct OptionSource {
  struct Entry {
    std::string name;
    OptionValue value;
    bool text;
    std::string where;   ///< "--seed", "SSLHOST_SEED", "recipe vat/digits, line 4"
    bool alone = false;  ///< a flag without a value
  };
  std::vector<Entry> entries;
  bool each_once = false;  ///< the entries have no order in which a later one could count
  bool strict = true;      ///< unknown names are mistakes (not so for variables)

  const Entry* find(std::string_view name) const;
};

/// The text of the last entry of that name; nullptr: there is none, or it is no text. Throws Error
/// (usage) where the value was left out.
const std::string* text_of(const OptionSource& source, std::string_view name);

/// Flat `name = value` TOML. Throws Error (usage) with file and line.
OptionSource read_toml(const std::filesystem::path& file, const std::string& label);
/// Variables SSLHOST_NAME as option `name`; those that name no option are passed over by resolve().
OptionSource read_environment();

/// By option name.
struct Resolved {
  std::map<std::string, std::string> origins;  ///< "--seed"; "default" where none
  /// Earlier names that any source used, also one that a stronger source overruled.
  std::map<std::string, std::string> former;
};

/// Assigns sources, the strongest first in `sources`, to the options. Throws one Error (usage) with
/// every problem; `elsewhere(name)` may say who else has an option that these lists do not.
Resolved resolve(const std::vector<OptionList*>& lists, const std::vector<OptionSource>& sources,
                 const std::function<std::string(const std::string& name)>& elsewhere = {});

/// By its name or an earlier one; nullptr: none of the lists has it.
Option* find_option(const std::vector<OptionList*>& lists, std::string_view name);

/// What a user is told who gave an option its earlier name.
std::string renamed_text(const std::string& former, const std::string& name);

/// All values as TOML that read_toml() takes back, with each option's meaning as a comment.
std::string to_toml(const std::vector<OptionList*>& lists);

}  // namespace sslhost::host
