// SPDX-License-Identifier: Apache-2.0
#include "host/commands/front/help.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "host/commands/table.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kDescription =
    R"({"kind": "method", "id": "vat", "version": "0.1.0", "summary": "a paper", "options": [
  {"name": "epsilon", "type": "number", "default": 2.5, "range": "> 0", "choices": [], "unit": "pixel norm", "source": "eq. 5",
   "meaning": "radius of the perturbation"},
  {"name": "optimizer_kind", "type": "choice", "default": "adam", "range": "", "choices": ["adam", "sgd"], "unit": "",
   "source": "", "meaning": "which"},
  {"name": "optimizer_rate", "type": "number", "default": 0.002, "range": "> 0", "choices": [], "unit": "", "source": "",
   "meaning": "how fast"},
  {"name": "optimizer_name", "type": "text", "default": "", "range": "", "choices": [], "unit": "", "source": "",
   "meaning": "nothing"}]})";

TEST(Help, ShowsAllThatAPluginSaysOfAnOption) {
  const auto text = plugin_help(kDescription);
  EXPECT_THAT(text, HasSubstr("method vat 0.1.0: a paper\n"));
  EXPECT_THAT(text, HasSubstr("  --epsilon NUMBER\n      radius of the perturbation\n      "
                              "(default 2.5 pixel norm; > 0; eq. 5)\n"));
  EXPECT_THAT(text, HasSubstr("\nOptions of optimizer:\n  --optimizer-kind adam|sgd\n      which\n "
                              "     (default adam)\n"));
  EXPECT_THAT(text, HasSubstr("(default \"\")"));
}

TEST(Help, NoLineIsLongerThanATerminal) {
  std::istringstream lines(program_help() + command_help("plugins") + command_help("train") +
                           plugin_help(kDescription) + host_options_help());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
}

TEST(Help, ShowsTheHostsOptionsAsItShowsAPlugins) {
  const auto text = host_options_help();
  EXPECT_THAT(text, HasSubstr("Options of every method:\n"));
  EXPECT_THAT(text, HasSubstr("  --draw balanced|random|medoids\n"));
  EXPECT_THAT(text, HasSubstr("  --validation NUMBER\n"));
}

TEST(Help, NamesEveryCommand) {
  for (const auto& name : command_names()) {
    EXPECT_THAT(program_help(), HasSubstr("\n  " + name));
    EXPECT_THAT(command_help(name), HasSubstr("sslhost " + name + ": "));
    EXPECT_NO_THROW(check_command(name));
  }
}

TEST(Help, HiddenCommandsAreTakenAndNotShown) {
  EXPECT_NO_THROW(check_command("probe"));
  EXPECT_THAT(program_help(), Not(HasSubstr("probe")));
  EXPECT_THAT(command_names(), Not(Contains("probe")));
}

TEST(Help, ShowsTheFlagsOfACommandWithTheirMeaning) {
  EXPECT_THAT(command_help("plugins"),
              HasSubstr("\n  --check             open each plugin in a child process"));
  EXPECT_THAT(program_help(), HasSubstr("\n  --recipe NAME       a tested set of options"));
}

TEST(Help, NoFlagTouchesItsMeaning) {
  for (const auto& name : command_names()) {
    std::istringstream lines(command_help(name));
    for (std::string line; std::getline(lines, line);)
      if (const bool flag = line.starts_with("  -") && line.size() > 22; flag)
        EXPECT_NE(line.substr(20).find("  "), std::string::npos) << line;
  }
}

TEST(Help, AMistypedCommandIsAnsweredWithTheNearest) {
  expect_failure(ExitCode::usage, "did you mean train?", [&] { check_command("trian"); });
}

}  // namespace
}  // namespace sslhost::host
