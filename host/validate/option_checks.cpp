// SPDX-License-Identifier: Apache-2.0
// Level 3: what a plugin's options promise.

#include <algorithm>

#include "sslhost/error.hpp"

#include "host/config/own_names.hpp"
#include "host/config/plan.hpp"
#include "host/data/check_dataset.hpp"
#include "host/discovery/option_problems.hpp"
#include "host/engine/session.hpp"
#include "host/loading/guard.hpp"
#include "host/storage/joined.hpp"
#include "host/validate/legal_settings.hpp"
#include "host/validate/loaded_checks.hpp"
#include "host/validate/stepper.hpp"

namespace sslhost::host {

namespace {

struct Described {
  explicit Described(const Subject& subject) : plugin(subject.load()) {
    guarded(plugin.record.id, "describe", -1, [&] { plugin.plugin().describe(list); });
  }
  LoadedPlugin plugin;
  OptionList list;
};

/// What its range or its kind does not allow; nothing where all is allowed.
std::optional<std::string> illegal_value(const Option& option) {
  if (!option.choices().empty()) return "no-such-choice";
  if (!std::holds_alternative<std::string>(option.initial())) {
    const auto range = option.range();
    if (range.starts_with("<")) return "1e30";
    return range.empty() ? "no-number" : "-1e30";
  }
  return std::nullopt;
}

/// An integer has no exponent.
std::string as_text(const Option& option, const std::string& value) {
  if (!std::holds_alternative<int64_t>(option.initial())) return value;
  return value == "1e30"    ? "4611686018427387904"
         : value == "-1e30" ? "-4611686018427387904"
                            : value;
}

bool names(const std::string& text, const std::string& name) {
  return text.find(name) != text.npos;
}

/// The text of the refusal; empty where the request is taken.
std::string refusal(const TrainRequest& request) {
  try {
    make_plan(request);
  } catch (const Error& error) {
    if (error.code() != ExitCode::usage) throw;
    return error.what();
  }
  return {};
}

/// One request with every option wrong: all must be named.
Outcome all_refused(const Subject& subject, const OptionList& list) {
  auto request = trial(subject);
  std::vector<std::string> wrong = {"no_such_option"};
  request.options.emplace_back("no_such_option", "1");
  for (const auto& option : list.all())
    if (const auto value = illegal_value(option)) {
      request.options.emplace_back(option.name(), as_text(option, *value));
      wrong.push_back(option.name());
    }
  const auto text = refusal(request);
  for (const auto& name : wrong)
    if (!names(text, name)) return failed("option " + name + ": an illegal value is not named");
  return passed();
}

Outcome dataset_made(const Subject& subject) {
  const Described described(subject);
  make_reader(described.plugin);
  return passed();
}

/// What a step with these options does wrong; empty: nothing.
std::string trouble(const Subject& subject, const OptionTexts& setting, bool& refused) {
  try {
    Stepper stepper(trial(subject, setting));
    stepper.run(2);
    if (const auto& bad = stepper.bad())
      return "'" + bad->term + "' is NaN or infinite in iteration " +
             std::to_string(bad->iteration);
  } catch (const Error& error) {
    // That options do not go together, only the method knows.
    refused = error.code() == ExitCode::usage || error.code() == ExitCode::data;
    if (!refused) return text_of(error);
  }
  return {};
}

}  // namespace

Outcome check_options(const Subject& subject) {
  Described described(subject);
  auto problems = option_problems(described.list);
  for (auto& taken : taken_names(described.list)) problems.push_back(std::move(taken));
  if (!problems.empty()) return failed(joined(problems, "; "));
  for (const auto& option : described.list.all()) {
    auto& same = *described.list.find(option.name());
    if (option.meaning().empty()) return failed("option " + option.name() + " has no meaning");
    if (const auto why = same.assign_text(sslhost::to_text(option.initial())))
      return failed("option " + option.name() + " does not take its own default as text: " + *why);
    if (same.value() != option.initial())
      return failed("option " + option.name() + " is another value after it took its default");
  }
  return passed();
}

Outcome check_refusals(const Subject& subject) {
  Described described(subject);
  for (const auto& option : described.list.all()) {
    const auto value = illegal_value(option);
    if (!value) continue;
    auto& same = *described.list.find(option.name());
    if (!same.assign_text(as_text(option, *value)))
      return failed("option " + option.name() + " takes " + *value);
    if (same.value() != option.initial())
      return failed("option " + option.name() + " is changed by a value that it refuses");
  }
  return described.plugin.method ? all_refused(subject, described.list) : passed();
}

Outcome check_defaults(const Subject& subject) {
  if (subject.load().dataset) return dataset_made(subject);
  auto request = subject.given;
  request.recipe = "none";
  request.plugin_files = {subject.file};
  const auto users = request.options;
  request.options = {{"plugin", subject.load().record.id},
                     {"dataset", "digits"},
                     {"device", "cpu"},
                     {"threads", "1"}};
  request.options.insert(request.options.end(), users.begin(), users.end());
  const auto session = open_session(make_plan(request));
  if (session.registry->tensors().empty())
    return warned("build() registers nothing: no module, no state");
  return passed();
}

Outcome check_settings(const Subject& subject) {
  constexpr int kSettings = 50;
  const Described described(subject);
  int refusals = 0;
  for (int i = 0; i < kSettings; ++i) {
    auto setting = legal_setting(described.list, subject.seed, i);
    for (const auto& [name, value] : subject.given.options)  // the user's count
      std::erase_if(setting, [&](const auto& drawn) { return drawn.first == name; });
    bool refused = false;
    const auto text = trouble(subject, setting, refused);
    if (!text.empty())
      return failed("setting " + std::to_string(i + 1) + " of " + std::to_string(kSettings) + " (" +
                    as_flags(setting) + "): " + text);
    refusals += refused ? 1 : 0;
  }
  if (refusals == kSettings) return warned("all 50 settings were refused");
  return passed();
}

}  // namespace sslhost::host
