// SPDX-License-Identifier: Apache-2.0
#include "sslhost/options.hpp"

#include <gmock/gmock.h>

namespace sslhost {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;

struct Inner {
  double rate = 0.1;
  static void describe(OptionList& list, Inner& v) {
    list.add("learning_rate", v.rate, "learning rate").above(0);
  }
};
struct Sample {
  enum class Mode { joint, alternating };
  bool flag = false;
  int64_t count = 3;
  double weight = 1;
  std::string name = "x";
  Mode mode = Mode::joint;
  Inner generator;
};

class Options : public testing::Test {
 protected:
  Options() {
    list.add("flag", v.flag, "a flag");
    list.add("count", v.count, "how many").at_least(1).at_most(10).unit("samples");
    list.add("weight", v.weight, "a weight").at_least(0);
    list.add("name", v.name, "a name");
    list.choice("mode", v.mode,
                {{"joint", Sample::Mode::joint}, {"alternating", Sample::Mode::alternating}},
                "a mode");
    list.group("generator", v.generator);
  }
  Sample v;
  OptionList list;
};

TEST_F(Options, AssignedTextReachesTheMember) {
  EXPECT_EQ(list.find("flag")->assign_text("true"), std::nullopt);
  EXPECT_EQ(list.find("count")->assign_text("7"), std::nullopt);
  EXPECT_EQ(list.find("weight")->assign_text("0.5"), std::nullopt);
  EXPECT_EQ(list.find("mode")->assign_text("alternating"), std::nullopt);
  EXPECT_EQ(list.find("generator-learning-rate")->assign_text("2"), std::nullopt);
  EXPECT_TRUE(v.flag);
  EXPECT_EQ(v.count, 7);
  EXPECT_EQ(v.weight, 0.5);
  EXPECT_EQ(v.mode, Sample::Mode::alternating);
  EXPECT_EQ(v.generator.rate, 2);
}

TEST_F(Options, ValuesOutOfRangeAreRefusedAndNotTaken) {
  EXPECT_THAT(list.find("count")->assign_text("0"), Optional(HasSubstr(">= 1, <= 10, found 0")));
  EXPECT_THAT(list.find("count")->assign_text("11"), Optional(HasSubstr("found 11")));
  EXPECT_THAT(list.find("count")->assign_text("9223372036854775807"),
              Optional(HasSubstr("found 9223372036854775807")));
  EXPECT_THAT(list.find("generator_learning_rate")->assign_text("0"), Optional(HasSubstr("> 0")));
  EXPECT_THAT(list.find("weight")->assign_text("nan"), testing::Ne(std::nullopt));
  EXPECT_THAT(list.find("weight")->assign_text("inf"), testing::Ne(std::nullopt));
  EXPECT_THAT(list.find("generator_learning_rate")->assign_text("1e300"),
              Optional(HasSubstr("> 0 that float32 can hold, found 1e+300")));
  EXPECT_THAT(list.find("weight")->assign(1e-50),
              Optional(HasSubstr("that float32 can hold, found 1e-50")));
  EXPECT_EQ(v.count, 3);
  EXPECT_EQ(v.generator.rate, 0.1);
}

TEST_F(Options, WrongTypesAreRefused) {
  EXPECT_THAT(list.find("count")->assign_text("1.5"), Optional(HasSubstr("expected integer")));
  EXPECT_THAT(list.find("count")->assign_text("7x"), Optional(HasSubstr("'7x'")));
  EXPECT_THAT(list.find("flag")->assign_text("maybe"), Optional(HasSubstr("expected boolean")));
  EXPECT_THAT(list.find("count")->assign(std::string("7")),
              Optional(HasSubstr("expected integer")));
  EXPECT_THAT(list.find("mode")->assign(int64_t{1}), Optional(HasSubstr("joint, alternating")));
}

TEST_F(Options, AnIntegerServesAsANumber) {
  EXPECT_EQ(list.find("weight")->assign(int64_t{2}), std::nullopt);
  EXPECT_EQ(v.weight, 2.0);
}

TEST_F(Options, AMistypedChoiceNamesTheNearest) {
  EXPECT_THAT(list.find("mode")->assign_text("jiont"), Optional(HasSubstr("did you mean joint?")));
}

TEST_F(Options, DashAndUnderscoreAreTheSame) {
  EXPECT_EQ(list.find("generator-learning-rate"), list.find("generator_learning_rate"));
  EXPECT_EQ(list.find("nothing"), nullptr);
}

// The host names it, with all else that is wrong (option_problems_test).
TEST_F(Options, DescribedTwiceIsInTheListTwice) {
  const auto before = list.names();
  list.add("flag", v.flag, "again");
  EXPECT_EQ(list.names().size(), before.size() + 1);
  EXPECT_NE(list.find("flag")->meaning(), "again") << "the first one counts";
}

TEST_F(Options, DefaultsStayKnownAfterAssignment) {
  ASSERT_EQ(list.find("count")->assign_text("7"), std::nullopt);
  EXPECT_EQ(to_text(list.find("count")->initial()), "3");
  EXPECT_EQ(to_text(list.find("count")->value()), "7");
  EXPECT_EQ(to_text(list.find("weight")->value()), "1.0");  // a number stays one when read back
  EXPECT_STREQ(list.find("mode")->type(), "choice");
}

TEST(Nearest, FindsTyposTranspositionsAndParts) {
  const std::vector<std::string> names = {"epsilon", "iterations", "unlabeled_batch", "batch",
                                          "seed"};
  EXPECT_THAT(nearest("epsilo", names), ElementsAre("epsilon"));
  EXPECT_THAT(nearest("esed", names), ElementsAre("seed"));
  EXPECT_THAT(nearest("unlabeled-batch", names), ElementsAre("unlabeled_batch"));
  EXPECT_THAT(nearest("labeled", names), ElementsAre("unlabeled_batch"));
  EXPECT_THAT(nearest("zzzzzz", names), ElementsAre());
  EXPECT_THAT(nearest("rate", {"a_rate", "rates", "the_other_rate"}),
              ElementsAre("rates", "a_rate", "the_other_rate"))
      << "names that contain the word: the shortest first";
  EXPECT_EQ(did_you_mean("epsilo", names), " (did you mean epsilon?)");
}

TEST(FormerNames, StillFindTheOptionBelowTheSamePrefix) {
  struct Renamed {
    double learning_rate = 0.1;
    static void describe(OptionList& list, Renamed& v) {
      list.add("learning_rate", v.learning_rate, "").formerly("rate");
    }
  } outer, inner;
  OptionList list;
  list.group("", outer);
  list.group("generator", inner);
  ASSERT_NE(list.find("rate"), nullptr);
  EXPECT_EQ(list.find("rate")->name(), "learning_rate");
  EXPECT_EQ(list.find("generator-rate")->name(), "generator_learning_rate");
  EXPECT_EQ(list.find("generator-learning-rate")->former(), "generator_rate");
  EXPECT_THAT(list.names(), ElementsAre("learning_rate", "generator_learning_rate"));
}

}  // namespace
}  // namespace sslhost
