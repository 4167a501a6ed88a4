// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/answers.hpp"

#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using What = Step::What;

Answer label(const std::string& name) { return {Answer::Kind::label, name}; }
const Answer kNothing = {}, kUnsure = {Answer::Kind::unsure};

Step answered(int64_t number, const std::string& picture, const Answer& now,
              const Answer& was = {}) {
  return {.number = number, .what = What::answer, .changes = {{picture, now, was}}};
}
Step undo(int64_t number, int64_t of) { return {.number = number, .what = What::undo, .of = of}; }
Step table(int64_t number, int64_t of) { return {.number = number, .what = What::table, .of = of}; }

std::vector<std::string> labels(const Answers& answers) {
  std::vector<std::string> list;
  for (size_t i = 0; i < answers.names().size(); ++i) {
    const auto one = answers.answer(i);
    list.push_back(one.kind == Answer::Kind::unsure ? "?" : one.label);
  }
  return list;
}

Answers three(std::vector<std::string> known = {"", "", ""}) {
  std::vector<std::string> classes;
  for (const auto& one : known)
    if (!one.empty()) classes.push_back(one);
  return {{"a", "b", "c"}, classes, std::move(known)};
}

using ::testing::ElementsAre;

TEST(Answers, UndoTakesBackAnyNumberOfSteps) {
  auto answers = three();
  answers.apply(answered(1, "a", label("cat")));
  answers.apply(answered(2, "a", label("dog"), label("cat")));
  answers.apply(answered(3, "b", kUnsure));
  EXPECT_THAT(labels(answers), ElementsAre("dog", "?", ""));
  answers.apply(undo(4, 3));
  answers.apply(undo(5, 2));
  EXPECT_THAT(labels(answers), ElementsAre("cat", "", ""));
  answers.apply(answered(6, "c", label("cow")));
  answers.apply(undo(7, 6));
  answers.apply(undo(8, 1));
  EXPECT_THAT(labels(answers), ElementsAre("", "", ""));
  EXPECT_TRUE(answers.undoable().empty());
}

TEST(Answers, UndoOfAnotherStepIsDamage) {
  auto answers = three();
  answers.apply(answered(1, "a", label("cat")));
  expect_failure(ExitCode::storage, "step 7", [&] { answers.apply(undo(2, 7)); });
}

TEST(Answers, RenamedClassKeepsItsNumberAndJoinedOnesAreApartAfterUndo) {
  auto answers = three({"bee", "wasp", "bee"});
  answers.apply({.number = 1,
                 .what = What::rename,
                 .from = "bee",
                 .to = "honeybee",
                 .changes = {{"a", label("honeybee"), label("bee")},
                             {"c", label("honeybee"), label("bee")}}});
  EXPECT_EQ(answers.classes().find("honeybee"), 0);
  EXPECT_FALSE(answers.classes().has("bee"));
  answers.apply({.number = 2,
                 .what = What::rename,
                 .from = "wasp",
                 .to = "honeybee",
                 .changes = {{"b", label("honeybee"), label("wasp")}}});
  EXPECT_THAT(labels(answers), ElementsAre("honeybee", "honeybee", "honeybee"));
  EXPECT_FALSE(answers.classes().has("wasp"));
  answers.apply(undo(3, 2));
  answers.apply(undo(4, 1));
  EXPECT_THAT(labels(answers), ElementsAre("bee", "wasp", "bee"));
  EXPECT_TRUE(answers.classes().has("wasp"));
  EXPECT_FALSE(answers.classes().has("honeybee"));
}

TEST(Answers, TableWinsOverWhatItWasWrittenWith) {
  const std::vector<Step> steps = {answered(1, "a", label("cat")), answered(2, "b", label("cat")),
                                   table(3, 2), answered(4, "c", label("dog"))};
  auto edited = three({"cow", "", ""});  // in the table: a changed and b taken out by hand
  edited.replay(steps, true);
  EXPECT_THAT(labels(edited), ElementsAre("cow", "", "dog"));
  auto lost = three();  // no table: the journal has all
  lost.replay(steps, false);
  EXPECT_THAT(labels(lost), ElementsAre("cat", "cat", "dog"));
  EXPECT_EQ(lost.in_table(), 0);
}

TEST(Answers, UnsureLivesInTheJournalUnlessTheTableSaysMore) {
  const std::vector<Step> steps = {answered(1, "a", kUnsure), answered(2, "b", kUnsure),
                                   table(3, 2)};
  auto answers = three({"cat", "", ""});
  answers.replay(steps, true);
  EXPECT_THAT(labels(answers), ElementsAre("cat", "?", ""));
}

TEST(Answers, ClassesKeepTheJournalsOrderAndPicturesThatAreGoneDoNotCount) {
  auto answers = three({"", "", "ant"});
  const std::vector<Step> steps = {answered(1, "gone", label("zebra")),
                                   answered(2, "a", label("cat")), table(3, 2)};
  answers.replay(steps, false);
  EXPECT_EQ(answers.classes().find("zebra"), 0);
  EXPECT_EQ(answers.classes().find("ant"), 2);
  EXPECT_THAT(labels(answers), ElementsAre("cat", "", "ant"));
}

TEST(Answers, ClassThatPicturesOfTheTableHaveIsNotRemoved) {
  auto answers = three({"ant", "", ""});
  const std::vector<Step> steps = {{.number = 1, .what = What::add, .to = "ant"}, table(2, 1)};
  answers.replay(steps, true);
  answers.apply(undo(3, 1));
  EXPECT_TRUE(answers.classes().has("ant"));
  answers.apply({.number = 4, .what = What::remove, .from = "ant"});
  EXPECT_TRUE(answers.classes().has("ant"));
}

TEST(Answers, NumbersOfTheTablesClassesAreNotThoseOfTheJournals) {
  auto undone = three({"bird", "eel", "fox"});  // and no step names most of them
  const std::vector<Step> steps = {answered(1, "a", label("cat"), label("bird")), undo(2, 1),
                                   table(3, 2)};
  undone.replay(steps, true);
  EXPECT_THAT(labels(undone), ElementsAre("bird", "eel", "fox"));
  auto removed = three({"bird", "", ""});
  const std::vector<Step> with_x = {{.number = 1, .what = What::add, .to = "x"},
                                    {.number = 2, .what = What::remove, .from = "x"}};
  removed.replay(with_x, true);
  EXPECT_FALSE(removed.classes().has("x"));
  EXPECT_THAT(labels(removed), ElementsAre("bird", "", ""));
}

TEST(ClassNames, AreOneLineWithoutBlanksAround) {
  EXPECT_EQ(checked_class_name("  honey bee "), "honey bee");
  for (const auto* bad : {"", "  ", "a\nb", "\x7f", "\xff"})
    expect_failure(ExitCode::usage, "one line", [&] { checked_class_name(bad); });
  expect_failure(ExitCode::usage, "200", [] { checked_class_name(std::string(201, 'a')); });
}

}  // namespace
}  // namespace sslhost::host
