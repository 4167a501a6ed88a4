// SPDX-License-Identifier: Apache-2.0
#include "host/survey/judge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Weight = Problem::Weight;
using Strings = std::vector<std::string>;

std::vector<std::string> ids_of(const std::vector<Problem>& problems) {
  std::vector<std::string> ids;
  for (const auto& p : problems)
    ids.push_back((p.weight == Weight::wrong ? "!" : "") + p.id + " " + std::to_string(p.count));
  return ids;
}

const Strings kPets = {"cat", "dog", "owl"};

SurveyedPart part(const std::string& name, std::vector<int64_t> per_class) {
  SurveyedPart made = {.name = name, .labeled = true, .per_class = std::move(per_class)};
  for (const auto n : made.per_class) made.samples += n;
  return made;
}

TEST(JudgeClasses, FindsNothingInEqualOnes) {
  EXPECT_THAT(judge_classes(kPets, {part("training", {5, 5, 5}), part("test", {1, 2, 3})}),
              IsEmpty());
}

TEST(JudgeClasses, LabelsThatCannotTeachAreWrong) {
  EXPECT_THAT(ids_of(judge_classes(kPets, {})), ElementsAre("!no-labels 1"));
  EXPECT_THAT(ids_of(judge_classes(kPets, {{.name = "training", .samples = 4}})),
              ElementsAre("!no-labels 1"));
  EXPECT_THAT(ids_of(judge_classes(kPets, {part("training", {5, 0, 0})})),
              ElementsAre("!one-class 1"));
  const auto few = judge_classes(kPets, {part("training", {50, 1, 0})});
  EXPECT_THAT(ids_of(few), ElementsAre("few-labels 2")) << "a run trains, too";
  EXPECT_THAT(few[0].examples, ElementsAre("dog (1 label)", "owl (0 labels)"));
  EXPECT_THAT(judge_classes(kPets, {part("training", {5, 2, 2})}), IsEmpty());
  const auto test = part("test", {3, 3, 3});
  EXPECT_THAT(judge_classes(kPets, {part("training", {5, 1, 1}), test}), IsEmpty())
      << "nothing is held out";
  EXPECT_THAT(ids_of(judge_classes(kPets, {part("training", {5, 1, 0}), test})),
              ElementsAre("!few-labels 1"));
}

TEST(JudgeClasses, NamesThatNearlyAgreeAreAskedAbout) {
  const auto found =
      judge_classes({"Cat", "Dog", "c at", "cat", "dog "}, {part("training", {5, 5, 5, 5, 5})});
  EXPECT_THAT(ids_of(found), ElementsAre("similar-classes 5"));
  EXPECT_THAT(found[0].examples, ElementsAre("'Cat', 'c at', 'cat'", "'Dog', 'dog '"));
}

TEST(JudgeClasses, MoreThanTenTimesTheLabelsIsImbalance) {
  EXPECT_THAT(judge_classes(kPets, {part("training", {50, 5, 20})}), IsEmpty());
  const auto found = judge_classes(kPets, {part("training", {51, 5, 20})});
  EXPECT_THAT(ids_of(found), ElementsAre("imbalance 1"));
  EXPECT_THAT(found[0].text, HasSubstr("10 times"));
  EXPECT_THAT(found[0].examples, ElementsAre("dog (5 labels)"));
}

TEST(JudgeClasses, ClassesThatTheTestPartHasNotAreNamed) {
  const auto found = judge_classes(kPets, {part("training", {5, 5, 5}), part("test", {9, 0, 3})});
  EXPECT_THAT(ids_of(found), ElementsAre("missing-in-test 1"));
  EXPECT_THAT(found[0].examples, ElementsAre("dog (0 labels)"));
}

class Copies : public ::testing::Test {
 protected:
  // 0 to 3 train, 4 to 6 test, 7 and 8 unlabeled.
  std::vector<Problem> judge(const std::vector<Group>& equal, const std::vector<Group>& near = {}) {
    const Roster roster({{PartId::training, 4, labels_, names_},
                         {PartId::test, 3, test_labels_, {}},
                         {PartId::unlabeled, 2, {}, {}}});
    return judge_copies(roster, kPets, equal, near);
  }
  const std::vector<int64_t> labels_ = {0, 0, 1, 2}, test_labels_ = {0, 1, 2};
  const Strings names_ = {"a", "b", "c", "d"};
};

TEST_F(Copies, InOnePartAreAWarning) {
  const auto found = judge({{0, 1}, {7, 8}});
  EXPECT_THAT(ids_of(found), ElementsAre("duplicates 2"));
  EXPECT_THAT(found[0].examples, ElementsAre("a = b", "unlabeled 0 = unlabeled 1"));
}

TEST_F(Copies, InTrainingAndTestAreALeak) {
  const auto found = judge({{0, 4}});
  EXPECT_THAT(ids_of(found), ElementsAre("!leak 1"));
  EXPECT_EQ(found[0].text, "1 test sample is a training sample, too");
  EXPECT_THAT(found[0].examples, ElementsAre("a (training) = test 0"));
}

TEST_F(Copies, WithTwoLabelsAreWrong) {
  const auto found = judge({{1, 2}});
  EXPECT_THAT(ids_of(found), ElementsAre("!two-labels 1", "duplicates 1"));
  EXPECT_THAT(found[0].examples, ElementsAre("b (cat) = c (dog)"));
  EXPECT_THAT(ids_of(judge({{0, 5}})), ElementsAre("!leak 1", "!two-labels 1"));
}

TEST_F(Copies, InTheUnlabeledPartLoseNothing) {
  EXPECT_THAT(judge({{0, 7}}), IsEmpty()) << "the labeled ones are in the unlabeled pool anyway";
  EXPECT_THAT(ids_of(judge({{4, 7}})), ElementsAre("unlabeled-leak 1"));
}

TEST_F(Copies, ThatLookAlikeAreSaidApart) {
  EXPECT_THAT(ids_of(judge({}, {{0, 1}})), ElementsAre("near-duplicates 1"));
  EXPECT_THAT(ids_of(judge({}, {{0, 2}})), ElementsAre("near-two-labels 1", "near-duplicates 1"));
  const auto leak = judge({}, {{0, 4}});
  EXPECT_THAT(ids_of(leak), ElementsAre("!near-leak 1", "near-duplicates 1"));
  EXPECT_THAT(leak[0].examples, ElementsAre("a (training) ~ test 0"));
}

TEST(NearCopies, OfAHundredthOfTheTestPartMakeATestWorthless) {
  const auto weight = [](size_t tests) {
    const Roster roster({{.id = PartId::training, .size = 2}, {.id = PartId::test, .size = tests}});
    return judge_copies(roster, kPets, {}, {{0, 2}}).at(0).weight;
  };
  EXPECT_EQ(weight(100), Problem::Weight::wrong);
  EXPECT_EQ(weight(101), Problem::Weight::warning);
}

TEST_F(Copies, EqualOnesStandBehindTheirFirst) {
  // 0 = 4, and 1 looks like both: the test sample has been said to be a training sample.
  EXPECT_THAT(ids_of(judge({{0, 4}}, {{0, 1}})), ElementsAre("!leak 1", "near-duplicates 1"));
  // 4 = 7, an unlabeled one: 4 is in the test part, and looks like 0.
  EXPECT_THAT(ids_of(judge({{4, 7}}, {{0, 4}})),
              ElementsAre("!near-leak 1", "near-duplicates 1", "unlabeled-leak 1"));
}

TEST_F(Copies, ManyAreNamedByThree) {
  EXPECT_THAT(judge({{0, 1, 2, 3}}, {}).back().examples, ElementsAre("a = b = c = 1 more"));
  const Roster roster({{.id = PartId::training, .size = 20}});
  std::vector<Group> pairs;
  for (size_t i = 0; i < 20; i += 2) pairs.push_back({i, i + 1});
  const auto found = judge_copies(roster, kPets, pairs, {});
  EXPECT_EQ(found[0].count, 10);
  EXPECT_EQ(found[0].examples.size(), 10u) << "a screen shows fewer";
}

TEST(JudgeConstant, NamesThem) {
  const Roster roster({{.id = PartId::training, .size = 20}});
  EXPECT_THAT(judge_constant(roster, {}), IsEmpty());
  const std::vector<size_t> constant = {3};
  const auto found = judge_constant(roster, constant);
  EXPECT_THAT(ids_of(found), ElementsAre("constant 1"));
  EXPECT_THAT(found[0].examples, ElementsAre("training 3"));
}

TEST(JudgeFiles, DamagedOnesWarnAndOthersAreNoted) {
  const std::vector<LeftOut> files = {{"a.png", "empty", true}, {"b.txt", "of another kind"}};
  const Strings warnings = {"1 image is broken: a.png (empty)", "no test part"};
  const auto found = judge_files(files, warnings);
  EXPECT_THAT(ids_of(found), ElementsAre("damaged 1", "dataset 1", "passed-over 1"));
  EXPECT_THAT(found[0].examples, ElementsAre("a.png (empty)"));
  EXPECT_EQ(found[1].text, "no test part") << "the other one is about a.png";
  EXPECT_EQ(found[2].weight, Weight::note);
}

TEST(JudgeFiles, AllOfThemAreNamed) {
  EXPECT_EQ(judge_files(std::vector<LeftOut>(40, {"a.png", "empty", true}), {})[0].examples.size(),
            40u);
}

}  // namespace
}  // namespace sslhost::host
