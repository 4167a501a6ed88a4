// SPDX-License-Identifier: Apache-2.0
#include "host/commands/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "host/commands/table.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

std::string refusal(const std::vector<std::string>& arguments) {
  return failure_text(ExitCode::usage, [&] { parse(arguments); });
}

TEST(CommandLine, OptionsAreWhatIsNoFlagWithTheWordBehindThem) {
  const auto line = parse({"--plugin", "vat", "--epsilon", "-2", "--overlap", "--xi=0.5", "--x=a b",
                           "--nesterov", "--json", "--seed", "3"});
  EXPECT_EQ(line.command, "train");
  EXPECT_FALSE(line.named);
  EXPECT_TRUE(line.has("json"));
  EXPECT_FALSE(line.has("quiet"));
  EXPECT_THAT(line.options,
              ElementsAre(Pair("plugin", "vat"), Pair("epsilon", "-2"), Pair("overlap", "true"),
                          Pair("xi", "0.5"), Pair("x", "a b"), Pair("nesterov", "true"),
                          Pair("seed", "3")));
  EXPECT_THAT(line.operands, IsEmpty());
}

TEST(CommandLine, PairsOfSetCountInTheirOrder) {
  const auto line = parse({"--set", "seed=1", "--seed", "2", "--set=note=a=b"});
  EXPECT_THAT(line.options, ElementsAre(Pair("seed", "1"), Pair("seed", "2"), Pair("note", "a=b")));
  EXPECT_THAT(line.by_set, ElementsAre("note"));
  EXPECT_THAT(parse({"--seed", "2", "--set", "seed=1"}).by_set, ElementsAre("seed"));
}

TEST(CommandLine, OptionsWithoutAValueAreKnown) {
  EXPECT_THAT(parse({"--out", "--seed", "4", "--overlap"}).alone, ElementsAre("out", "overlap"));
  EXPECT_THAT(parse({"--seed", "-4", "--data=x"}).alone, IsEmpty());
}

TEST(CommandLine, TheNextFlagIsNoValue) {
  EXPECT_THAT(refusal({"--recipe", "--seed", "4"}),
              HasSubstr("--recipe: expected a value, found the next flag, --seed"));
  EXPECT_THAT(refusal({"--set", "--seed"}), HasSubstr("--set: expected a value"));
  EXPECT_THAT(refusal({"--plugin", "--seed"}), HasSubstr("--plugin: expected a value"));
  EXPECT_EQ(parse({"--recipe=--odd"}).value("recipe"), "--odd");
}

TEST(CommandLine, WordsThatCanBeNoneAreRefused) {
  EXPECT_THAT(refusal({"--plugin", "vat", "-o", "DIR"}), HasSubstr("unknown flag -o"));
  EXPECT_THAT(refusal({"-oDIR"}), HasSubstr("unknown flag -oDIR"));
  EXPECT_THAT(refusal({"plugins", "-j"}), HasSubstr("unknown flag -j"));
  EXPECT_THAT(refusal({"--plugin", "vat", "--quiet", "true"}),
              HasSubstr("--quiet: expected no value: it is on where it stands, found 'true'"));
  EXPECT_THAT(parse({"predict", "run", "--quiet", "a.jpg", "-"}).operands,
              ElementsAre("run", "a.jpg", "-"));
  EXPECT_THAT(parse({"predict", "run", "--", "-a.jpg"}).operands, ElementsAre("run", "-a.jpg"));
  EXPECT_TRUE(parse({"-o", "--help"}).has("help"));
}

TEST(CommandLine, TheCommandIsTheFirstWordWhereverItStands) {
  const auto line = parse({"predict", "run", "--data", "files"});
  EXPECT_EQ(line.command, "predict");
  EXPECT_TRUE(line.named);
  EXPECT_THAT(line.operands, ElementsAre("run"));
  EXPECT_EQ(parse({"--quiet", "predict", "run"}).command, "predict");
  EXPECT_FALSE(parse({"--quiet", "predict", "run"}).named);
  EXPECT_TRUE(parse({"--quiet", "predict", "run"}).has("quiet"));
}

TEST(CommandLine, AWordInFrontThatIsNoCommandIsRefused) {
  EXPECT_THAT(refusal({"trian", "--plugin", "vat"}), HasSubstr("did you mean train?"));
  EXPECT_EQ(parse({"--plugin", "vat", "trian"}).command, "trian") << "the worker says where it is";
}

TEST(CommandLine, AFolderInFrontIsLikelyTheData) {
  const sslhost::testing::TemporaryFolder folder;
  const auto photos = folder.folder("my photos").string();
  EXPECT_THAT(refusal({photos}), HasSubstr("sslhost --data '" + photos + "'"));
  EXPECT_THAT(refusal({photos + "x"}), HasSubstr("expected one of train"));
}

TEST(CommandLine, RecipeResumeAndPluginsAreNoOptions) {
  const auto line = parse({"--recipe", "vat/digits", "--resume=run", "--plugin-dir", "a",
                           "--plugin-dir", "b", "--plugin-file", "c.so"});
  EXPECT_EQ(line.value("recipe"), "vat/digits");
  EXPECT_EQ(line.value("resume"), "run");
  EXPECT_THAT(line.plugins().folders, ElementsAre("a", "b"));
  EXPECT_THAT(line.plugins().files, ElementsAre("c.so"));
  EXPECT_THAT(line.options, IsEmpty());
}

TEST(CommandLine, AFlagOfAnotherCommandIsAnOptionThatTheWorkerChecks) {
  EXPECT_THAT(parse({"train", "--check"}).options, ElementsAre(Pair("check", "true")));
  EXPECT_TRUE(parse({"plugins", "--check"}).has("check"));
  EXPECT_THAT(refusal({"plugins", "--quiet"}), HasSubstr("an unknown one"));
}

TEST(CommandLine, ACommandOfTheFrontTakesItsFlagsAlone) {
  EXPECT_THAT(refusal({"plugins", "--jsn"}), HasSubstr("did you mean json?"));
}

TEST(CommandLine, WhoeverAsksForHelpGetsIt) {
  EXPECT_TRUE(parse({"plugins", "--jsn", "-h"}).has("help"));
  EXPECT_TRUE(parse({"--set", "seed", "--help"}).has("help"));
}

TEST(CommandLine, FlagsWithoutTheirValueOrGivenTwiceAreRefused) {
  EXPECT_THAT(refusal({"--recipe"}), HasSubstr("'--recipe' is missing"));
  EXPECT_THAT(refusal({"--json", "--json"}), HasSubstr("'--json' cannot be specified more than"));
  EXPECT_THAT(refusal({"--quiet=1"}), HasSubstr("'--quiet' does not take any arguments"));
  EXPECT_THAT(refusal({"--set", "seed"}), HasSubstr("--set: expected name=value"));
  EXPECT_THAT(refusal({"--=x"}), HasSubstr("name=value"));
}

TEST(CommandLine, AFlagThatNobodyDeclaredIsOurMistake) {
  EXPECT_THROW(parse({}).has("jsn"), std::out_of_range);
}

TEST(Commands, EachHasAMeaningAndUsage) {
  for (const auto& command : commands()) {
    EXPECT_THAT(command.meaning, Not(IsEmpty()));
    EXPECT_THAT(command.usage, HasSubstr("sslhost"));
    EXPECT_EQ(command.usage.back(), '\n');
  }
}

}  // namespace
}  // namespace sslhost::host
