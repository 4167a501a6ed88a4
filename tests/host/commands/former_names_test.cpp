// SPDX-License-Identifier: Apache-2.0
// Options that were once called otherwise: earlier names still work, and the user is told.
#include <fstream>

#include "tests/host/commands/program.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class FormerNames : public Program {
 protected:
  static size_t notes_in(const std::string& errors) {
    size_t count = 0;
    for (size_t at = 0; (at = errors.find(kNote, at)) != std::string::npos; ++at) ++count;
    return count;
  }
  static constexpr const char* kNote = "warning: option rate is now called learning_rate\n";
};

TEST_F(FormerNames, AreTakenFromFlagVariableAndRecipeWithOneNote) {
  std::ofstream("mine.toml") << "plugin = \"vat\"\nrate = 0.25\n";
  const auto recipe = run({"config", "--explain", "--recipe", "mine.toml"});
  EXPECT_THAT(recipe.output, HasSubstr("\nlearning_rate = 0.25    (recipe mine.toml, line 2)\n"));
  EXPECT_EQ(notes_in(recipe.errors), 1u) << recipe.errors;
  const auto flag = run({"config", "--explain", "--recipe", "mine.toml", "--rate", "0.5"});
  EXPECT_THAT(flag.output, HasSubstr("\nlearning_rate = 0.5    (--rate)\n"));
  EXPECT_EQ(notes_in(flag.errors), 1u) << flag.errors;
  setenv("SSLHOST_RATE", "0.125", 1);
  const auto variable = run({"config", "--explain", "--plugin", "vat"});
  unsetenv("SSLHOST_RATE");
  EXPECT_THAT(variable.output, HasSubstr("\nlearning_rate = 0.125    (SSLHOST_RATE)\n"));
  EXPECT_EQ(notes_in(variable.errors), 1u) << variable.errors;
  EXPECT_EQ(notes_in(run({"config", "--plugin", "vat", "--learning-rate", "0.5"}).errors), 0u);
}

TEST_F(FormerNames, AreSaidByTrainOnceAndRecordedAsTheyAreNow) {
  const auto r = run(small_run(20, "run") + Arguments{"--rate", "0.01", "--quiet"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_EQ(notes_in(r.errors), 1u) << r.errors;
  EXPECT_THAT(read_text("run/config.toml"), HasSubstr("\nlearning_rate = 0.01\n"));
  const auto again = run({"--resume", "run"});
  EXPECT_EQ(code(again.status), 0) << again.errors;
  EXPECT_EQ(notes_in(again.errors), 0u);
  EXPECT_EQ(notes_in(run({"predict", "run"}).errors), 0u);
}

TEST_F(FormerNames, AWrongValueIsReportedUnderBothNames) {
  const auto r = run({"config", "--plugin", "vat", "--rate", "fast"});
  EXPECT_EQ(code(r.status), 2);
  EXPECT_THAT(r.errors, HasSubstr("--rate: learning_rate: expected number, found 'fast'"));
  EXPECT_THAT(r.errors, Not(HasSubstr(kNote)));
}

}  // namespace
}  // namespace sslhost::host
