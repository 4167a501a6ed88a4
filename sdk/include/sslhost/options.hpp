// SPDX-License-Identifier: Apache-2.0
#pragma once

// Options are data. One list binds each name to a member of an aggregate, with its meaning, range,
// unit and source; --help, checks of flags and recipes, the schema and the record of a run all come
// from it. Names are snake_case; a flag may be written with '-' instead of '_'. Members hold their
// defaults when described.

#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sslhost/export.hpp"

namespace sslhost {

/// A value of any type that an option may have.
using OptionValue = std::variant<bool, int64_t, double, std::string>;

/// Text as a recipe would hold it: true, 12, 0.5, adam.
SSLHOST_API std::string to_text(const OptionValue& value);

/// One option. The setters after add() narrow it; they are meant to be chained.
class SSLHOST_API Option {
 public:
  Option& above(double bound);     ///< value > bound
  Option& at_least(double bound);  ///< value >= bound
  Option& below(double bound);     ///< value < bound
  Option& at_most(double bound);   ///< value <= bound
  Option& unit(std::string text);  ///< "iterations"
  Option& path();  ///< a file or folder: begins in the user's working folder, recorded in full
  Option& formerly(std::string name);  ///< an earlier name, which still works, with a note
  Option& source(
      std::string text);  ///< paper and equation, or measurement, that the default comes from

  const std::string& name() const { return name_; }        ///< snake_case
  const std::string& meaning() const { return meaning_; }  ///< a line for --help
  const std::string& unit() const { return unit_; }        ///< empty: none
  const std::string& source() const { return source_; }    ///< of the default; empty: none
  const std::string& former() const { return former_; }    ///< an earlier name; empty: none
  const std::vector<std::string>& choices() const { return choices_; }  ///< empty: free
  const OptionValue& initial() const { return initial_; }               ///< the default
  bool is_path() const { return is_path_; }     ///< whether path() was called
  const char* type() const;                     ///< boolean, integer, number, text, choice
  std::string range() const;                    ///< "> 0, <= 1"; empty: any
  OptionValue value() const { return get_(); }  ///< as the member has it now

  /// Text from the command line ("0.5") or a typed value from a recipe (an integer serves as a
  /// number). Returns what is wrong, or nothing when the value was taken.
  [[nodiscard]] std::optional<std::string> assign(const OptionValue& value);
  /// The same for text alone.
  [[nodiscard]] std::optional<std::string> assign_text(std::string_view text);

 private:
  friend class OptionList;
  std::optional<std::string> out_of_range(double value) const;

  std::string prefix_, name_, former_, meaning_, unit_, source_;
  std::vector<std::string> choices_;
  OptionValue initial_;
  bool is_path_ = false;
  std::function<OptionValue()> get_;
  std::function<void(const OptionValue&)> set_;
  std::vector<std::pair<std::string, double>> bounds_;  // operator, bound
};

/// The options of one plugin or program. It refers to the described aggregate and must not outlive
/// it.
class SSLHOST_API OptionList {
 public:
  OptionList() = default;
  OptionList(const OptionList&) = delete;
  OptionList& operator=(const OptionList&) = delete;

  /// A switch. The value that the member has now is the default; `meaning` is a line for --help.
  Option& add(std::string_view name, bool& value, std::string meaning);
  /// An integer.
  Option& add(std::string_view name, int64_t& value, std::string meaning);
  /// A number; integers are taken too.
  Option& add(std::string_view name, double& value, std::string meaning);
  /// Text, UTF-8.
  Option& add(std::string_view name, std::string& value, std::string meaning);

  /// An enumeration: `list.choice("update", v.update, {{"joint", Update::joint}, ...}, "meaning")`.
  template <class E>
  Option& choice(std::string_view name, E& value,
                 std::initializer_list<std::pair<const char*, E>> pairs, std::string meaning) {
    std::vector<std::pair<std::string, E>> all(pairs.begin(), pairs.end());
    std::vector<std::string> names;
    for (const auto& [text, unused] : all) names.push_back(text);
    auto get = [&value, all]() -> OptionValue {
      for (const auto& [text, e] : all)
        if (e == value) return text;
      return std::string();
    };
    auto set = [&value, all](const OptionValue& v) {
      for (const auto& [text, e] : all)
        if (text == std::get<std::string>(v)) value = e;
    };
    return insert(name, std::move(names), get, set, std::move(meaning));
  }

  /// A shared aggregate under a prefix ("generator_learning_rate"); an empty prefix puts its
  /// options beside the others.
  template <class G>
  void group(const std::string& prefix, G& aggregate) {
    const std::string outer = prefix_;
    prefix_ = prefix.empty() ? outer : outer + prefix + "_";
    G::describe(*this, aggregate);
    prefix_ = outer;
  }

  const std::deque<Option>& all() const { return options_; }  ///< in the order of add()
  std::vector<std::string> names() const;                     ///< in that order
  Option* find(std::string_view name);  ///< by either name; '-' and '_' are the same; null: none

 private:
  Option& insert(std::string_view name, std::vector<std::string> choices,
                 std::function<OptionValue()> get, std::function<void(const OptionValue&)> set,
                 std::string meaning);

  std::string prefix_;
  std::deque<Option> options_;  // references stay valid
};

/// The names nearest to a mistyped one, best first, at most three; empty when none is near.
SSLHOST_API std::vector<std::string> nearest(std::string_view name,
                                             const std::vector<std::string>& candidates);
/// " (did you mean A or B?)" or nothing.
SSLHOST_API std::string did_you_mean(std::string_view name,
                                     const std::vector<std::string>& candidates);

}  // namespace sslhost
