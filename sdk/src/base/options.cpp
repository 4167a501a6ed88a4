// SPDX-License-Identifier: Apache-2.0
#include "sslhost/options.hpp"

#include <algorithm>
#include <cfloat>
#include <charconv>
#include <cmath>
#include <numeric>
#include <tuple>

namespace sslhost {

namespace {

std::string canonical(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
}

std::string number_text(double value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  std::string text(buffer, end);
  // A number stays a number when read back: "2" would be an integer in a recipe.
  if (text.find_first_of(".eni") == std::string::npos) text += ".0";
  return text;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

/// Quotes tell a text from what it looks like: epsilon = "0.2".
std::string found_text(const OptionValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text ? "the text \"" + *text + "\"" : to_text(value);
}

template <class T>
std::optional<T> parse(std::string_view text) {
  T value{};
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

}  // namespace

std::string to_text(const OptionValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* integer = std::get_if<int64_t>(&value)) return std::to_string(*integer);
  if (const auto* number = std::get_if<double>(&value)) return number_text(*number);
  return std::get<std::string>(value);
}

Option& Option::above(double bound) { return bounds_.emplace_back(">", bound), *this; }
Option& Option::at_least(double bound) { return bounds_.emplace_back(">=", bound), *this; }
Option& Option::below(double bound) { return bounds_.emplace_back("<", bound), *this; }
Option& Option::at_most(double bound) { return bounds_.emplace_back("<=", bound), *this; }
Option& Option::unit(std::string text) { return unit_ = std::move(text), *this; }
Option& Option::path() { return is_path_ = true, *this; }
Option& Option::formerly(std::string name) { return former_ = prefix_ + name, *this; }
Option& Option::source(std::string text) { return source_ = std::move(text), *this; }

const char* Option::type() const {
  if (!choices_.empty()) return "choice";
  constexpr const char* kNames[] = {"boolean", "integer", "number", "text"};
  return kNames[initial_.index()];
}

std::string Option::range() const {
  std::string text;
  for (const auto& [op, bound] : bounds_) {
    auto shown = number_text(bound);
    if (shown.ends_with(".0")) shown.resize(shown.size() - 2);
    text += (text.empty() ? "" : ", ") + op + " " + shown;
  }
  return text;
}

/// Ends before the value: the integer that was given need not be one that `value` can be.
std::optional<std::string> Option::out_of_range(double value) const {
  // Tensors hold float32: what is finite here must be finite there, and what is not 0 no 0.
  const double size = std::abs(value);
  const bool holds = size <= FLT_MAX && (size == 0 || size >= FLT_MIN);
  const bool fits = std::all_of(bounds_.begin(), bounds_.end(), [&](const auto& b) {
    const auto& [op, bound] = b;
    if (op == ">") return value > bound;
    if (op == ">=") return value >= bound;
    if (op == "<") return value < bound;
    return value <= bound;
  });
  if (holds && fits) return std::nullopt;
  return "expected a value" + (bounds_.empty() ? "" : " " + range()) +
         (holds ? "" : " that float32 can hold") + ", found ";
}

std::optional<std::string> Option::assign(const OptionValue& given) {
  OptionValue value = given;
  if (std::holds_alternative<double>(initial_) && std::holds_alternative<int64_t>(value))
    value = static_cast<double>(std::get<int64_t>(value));
  if (value.index() != initial_.index())
    return std::string("expected ") + (choices_.empty() ? type() : "one of " + joined(choices_)) +
           ", found " + found_text(given);
  if (const auto* integer = std::get_if<int64_t>(&value)) {
    if (const auto why = out_of_range(static_cast<double>(*integer))) return *why + to_text(value);
  } else if (const auto* number = std::get_if<double>(&value)) {
    if (const auto why = out_of_range(*number)) return *why + to_text(value);
  } else if (const auto* text = std::get_if<std::string>(&value); text && !choices_.empty()) {
    if (std::find(choices_.begin(), choices_.end(), *text) == choices_.end())
      return "expected one of " + joined(choices_) + ", found " + *text +
             did_you_mean(*text, choices_);
  }
  set_(value);
  return std::nullopt;
}

std::optional<std::string> Option::assign_text(std::string_view text) {
  const auto wrong = [&] {
    return std::string("expected ") + type() + ", found '" + std::string(text) + "'";
  };
  if (std::holds_alternative<bool>(initial_)) {
    if (text == "true" || text == "on" || text == "1") return assign(true);
    if (text == "false" || text == "off" || text == "0") return assign(false);
    return wrong();
  }
  if (std::holds_alternative<int64_t>(initial_)) {
    if (const auto value = parse<int64_t>(text)) return assign(*value);
    return wrong();
  }
  if (std::holds_alternative<double>(initial_)) {
    if (const auto value = parse<double>(text)) return assign(*value);
    return wrong();
  }
  return assign(std::string(text));
}

Option& OptionList::insert(std::string_view name, std::vector<std::string> choices,
                           std::function<OptionValue()> get,
                           std::function<void(const OptionValue&)> set, std::string meaning) {
  Option& option = options_.emplace_back();
  option.prefix_ = prefix_;
  option.name_ = canonical(prefix_ + std::string(name));
  option.meaning_ = std::move(meaning);
  option.choices_ = std::move(choices);
  option.initial_ = get();
  option.get_ = std::move(get);
  option.set_ = std::move(set);
  return option;
}

#define SSLHOST_ADD(T)                                                                   \
  Option& OptionList::add(std::string_view name, T& value, std::string meaning) {        \
    return insert(                                                                       \
        name, {}, [&value]() -> OptionValue { return value; },                           \
        [&value](const OptionValue& v) { value = std::get<T>(v); }, std::move(meaning)); \
  }
SSLHOST_ADD(bool)
SSLHOST_ADD(int64_t)
SSLHOST_ADD(double)
SSLHOST_ADD(std::string)
#undef SSLHOST_ADD

std::vector<std::string> OptionList::names() const {
  std::vector<std::string> names;
  for (const auto& option : options_) names.push_back(option.name());
  return names;
}

Option* OptionList::find(std::string_view name) {
  const auto wanted = canonical(name);
  const auto found = std::find_if(options_.begin(), options_.end(), [&](const auto& o) {
    return o.name() == wanted || o.former() == wanted;
  });
  return found == options_.end() ? nullptr : &*found;
}

namespace {

/// Edits (insert, delete, replace, swap of neighbours) between two words.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i)
    for (size_t j = 1; j <= b.size(); ++j) {
      d[i][j] =
          std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

}  // namespace

std::vector<std::string> nearest(std::string_view name,
                                 const std::vector<std::string>& candidates) {
  const auto wanted = canonical(name);
  const auto most = std::max<size_t>(1, wanted.size() / 3);
  std::vector<std::tuple<size_t, size_t, std::string>> ranked;
  for (const auto& candidate : candidates) {
    const auto other = canonical(candidate);
    const bool inside = wanted.size() >= 3 && (other.find(wanted) != std::string::npos);
    const auto [shorter, longer] = std::minmax({wanted.size(), other.size()});
    if (!inside && longer - shorter > most) continue;  // as many edits at least
    const auto edits = distance(wanted, other);
    if (inside || edits <= most) ranked.emplace_back(inside ? 1 : edits, edits, candidate);
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string> names;
  for (const auto& [rank, edits, candidate] : ranked)
    if (names.size() < 3 && std::find(names.begin(), names.end(), candidate) == names.end())
      names.push_back(candidate);
  return names;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates) {
  const auto names = nearest(name, candidates);
  if (names.empty()) return {};
  std::string text = " (did you mean ";
  for (size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
  return text + "?)";
}

}  // namespace sslhost
