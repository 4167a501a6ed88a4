// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/option_problems.hpp"

#include <limits>

#include <gmock/gmock.h>

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

enum class Kind { one, two, three };

class OptionProblems : public ::testing::Test {
 protected:
  OptionList list;
  double number = 0.5;
  int64_t count = 3;
  std::string text;
  Kind kind = Kind::one;
};

TEST_F(OptionProblems, NoneOfWhatIsWell) {
  list.add("rate", number, "how fast, 1 µs").above(0).at_most(0.5).unit("1/step");
  list.add("any-number", number, "written as any_number").formerly("number2");
  list.add("words", text, "");
  list.choice("kind", kind, {{"one", Kind::one}, {"two words", Kind::two}}, "which");
  EXPECT_THAT(option_problems(list), IsEmpty());
  EXPECT_EQ(number, 0.5);
}

// config.toml could not be read again: `my option = true` is no TOML.
TEST_F(OptionProblems, NamesAreThoseThatFlagsAndRecipesCanHave) {
  for (const char* name : {"My Option", "rate%", "Rate", "", "2d", "_x", "a.b", "größe", "a\nb"}) {
    OptionList one;
    one.add(name, number, "how fast");
    EXPECT_THAT(option_problems(one), ElementsAre(HasSubstr("lower-case letters"))) << name;
  }
  list.add("rate", number, "how fast").formerly("Old Rate");
  EXPECT_THAT(option_problems(list), ElementsAre(HasSubstr("'Old Rate': a name has")));
}

TEST_F(OptionProblems, DefaultsLieInTheirRangesAndAmongTheirChoices) {
  list.add("rate", number, "how fast").above(0.7);
  count = -1;
  list.add("count", count, "how many").at_least(0);
  kind = Kind::three;
  list.choice("kind", kind, {{"one", Kind::one}, {"two", Kind::two}}, "which");
  double infinite = std::numeric_limits<double>::infinity(), bounded = 1e39;
  list.add("infinite", infinite, "never");
  list.add("large", bounded, "more than float32 holds");
  EXPECT_THAT(option_problems(list),
              ElementsAre("'rate': its default 0.5 is outside its own range, > 0.7",
                          "'count': its default -1 is outside its own range, >= 0",
                          "'kind': its default is none of its choices, one, two",
                          HasSubstr("'infinite': its default inf is no number"),
                          HasSubstr("'large': its default 1e+39 is no number")));
}

TEST_F(OptionProblems, ANameBelongsToOneOption) {
  list.add("rate", number, "how fast");
  list.add("rate", number, "again");
  list.add("count", count, "how many").formerly("rate");
  list.choice("kind", kind, {{"one", Kind::one}, {"one", Kind::two}}, "which");
  EXPECT_THAT(option_problems(list),
              ElementsAre("'kind': the choice 'one' is there twice",
                          "'rate' is the name, or the earlier name, of 3 options"));
}

// Meaning and unit are a comment in config.toml.
TEST_F(OptionProblems, TextsFitIntoTheFilesThatHoldThem) {
  text = "caf\xe9";
  list.add("words", text, "which\nepsilon = 3");
  list.add("rate", number, "how fast").unit("1/s\n");
  EXPECT_THAT(option_problems(list), ElementsAre("'words': its default is no text in UTF-8",
                                                 HasSubstr("'words': meaning and unit"),
                                                 HasSubstr("'rate': meaning and unit")));
}

}  // namespace
}  // namespace sslhost::host
