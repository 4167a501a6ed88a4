// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/session.hpp"

#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::names_in;
using sslhost::testing::read_text;
using sslhost::testing::TemporaryFolder;

class Labeling : public ::testing::Test {
 protected:
  Labeling() {
    for (const auto* name : {"a.jpg", "b.jpg", "c.jpg"}) folder_.write(name, "not opened");
  }
  std::unique_ptr<Session> session(bool read_only = false) const {
    return std::make_unique<Session>(read_pictures(folder_.path()), read_only);
  }
  static Answer label(const std::string& name) { return {Answer::Kind::label, name}; }
  static std::vector<std::string> labels(const Session& session) {
    std::vector<std::string> list;
    session.look([&](const Answers& answers) {
      for (size_t i = 0; i < answers.names().size(); ++i) list.push_back(answers.answer(i).label);
    });
    return list;
  }
  static int64_t undoable(const Session& session) {
    int64_t number = 0;
    session.look([&](const Answers& answers) {
      if (!answers.undoable().empty()) number = answers.undoable().back().number;
    });
    return number;
  }

  const TemporaryFolder folder_;
};

using ::testing::ElementsAre;

TEST_F(Labeling, AnswersAreInTheTableInTheEnd) {
  {
    const auto one = session();
    one->answer({0, 2}, label(" cat "));
    one->answer({1}, {Answer::Kind::unsure});
  }
  EXPECT_EQ(read_text(folder_ / "labels.csv"), "path,label\na.jpg,cat\nc.jpg,cat\n");
}

TEST_F(Labeling, UndoWorksAcrossStarts) {
  {
    const auto first = session();
    first->answer({0}, label("cat"));
    first->answer({0}, label("dog"));
  }
  {
    const auto second = session();
    EXPECT_THAT(labels(*second), ElementsAre("dog", "", ""));
    EXPECT_TRUE(second->undo(undoable(*second)));
    EXPECT_THAT(labels(*second), ElementsAre("cat", "", ""));
  }
  const auto third = session();
  EXPECT_TRUE(third->undo(undoable(*third)));
  EXPECT_THAT(labels(*third), ElementsAre("", "", ""));
  EXPECT_EQ(undoable(*third), 0);
}

TEST_F(Labeling, UndoOfAStepThatIsNotTheLastIsNone) {
  const auto one = session();
  one->answer({0}, label("cat"));
  const auto known = undoable(*one);
  one->answer({1}, label("dog"));  // another window
  EXPECT_FALSE(one->undo(known));
  EXPECT_THAT(labels(*one), ElementsAre("cat", "dog", ""));
}

TEST_F(Labeling, JournalAloneIsEnough) {
  {
    Journal journal(folder_.path());  // of a program that was killed before it wrote the table
    journal.append(
        {.number = 1, .what = Step::What::answer, .changes = {{"b.jpg", label("cat"), {}}}});
  }
  EXPECT_THAT(labels(*session(true)), ElementsAre("", "cat", ""));
  const auto one = session();
  EXPECT_THAT(labels(*one), ElementsAre("", "cat", ""));
  EXPECT_EQ(read_text(folder_ / "labels.csv"), "path,label\nb.jpg,cat\n");
}

TEST_F(Labeling, RowsThatAPersonChangesMeanwhileStay) {
  folder_.write("labels.csv", "path,label\na.jpg,cat\nb.jpg,cat\n");
  {
    const auto one = session();
    folder_.write("labels.csv", "path,label,note\na.jpg,cat,\nb.jpg,dog,seen\n");
    one->answer({2}, label("cow"));
  }
  EXPECT_EQ(read_text(folder_ / "labels.csv"),
            "path,label,note\na.jpg,cat,\nb.jpg,dog,seen\nc.jpg,cow,\n");
  EXPECT_THAT(labels(*session()), ElementsAre("cat", "dog", "cow"));
}

TEST_F(Labeling, ClassesAreRenamedJoinedAndRemoved) {
  const auto one = session();
  one->answer({0}, label("bee"));
  one->answer({1}, label("wasp"));
  one->add_class("ant");
  one->rename_class("bee", "wasp");
  EXPECT_THAT(labels(*one), ElementsAre("wasp", "wasp", ""));
  one->remove_class("ant");
  expect_failure(ExitCode::usage, "without pictures", [&] { one->remove_class("wasp"); });
  expect_failure(ExitCode::usage, "'bee'", [&] { one->rename_class("bee", "x"); });
  for (int i = 0; i < 2; ++i) one->undo(undoable(*one));
  EXPECT_THAT(labels(*one), ElementsAre("bee", "wasp", ""));
}

TEST_F(Labeling, WhatIsNoPictureOrClassChangesNothing) {
  const auto one = session();
  expect_failure(ExitCode::usage, "3", [&] { one->answer({0, 3}, label("cat")); });
  expect_failure(ExitCode::usage, "one line", [&] { one->answer({0}, label("\n")); });
  EXPECT_THAT(labels(*one), ElementsAre("", "", ""));
  EXPECT_EQ(undoable(*one), 0);
}

TEST_F(Labeling, ReadOnlyWritesNothingAndWorksBesideAnother) {
  const auto before = names_in(folder_.path());
  const auto looking = session(true);
  EXPECT_EQ(names_in(folder_.path()), before);
  expect_failure(ExitCode::usage, "to look", [&] { looking->answer({0}, label("cat")); });
  const auto labeling = session();
  EXPECT_THAT(labels(*session(true)), ElementsAre("", "", ""));
  expect_failure(ExitCode::busy, "--read-only", [&] { session(); });
}

TEST_F(Labeling, LinkedTableIsRefusedAtOnce) {
  const auto elsewhere = folder_.write("shared/table", "path,label\na.jpg,cat\n");
  std::filesystem::create_symlink(elsewhere, folder_ / "labels.csv");
  expect_failure(ExitCode::storage, "a link", [&] { session(); });
}

TEST_F(Labeling, TroubleWithTheTableLosesNoAnswer) {
  folder_.folder("labels.csv");  // in its place
  {
    const auto one = session();
    one->answer({0}, label("cat"));
    expect_failure(ExitCode::storage, "labels.csv", [&] { one->write_table(); });
    one->answer({1}, label("dog"));
  }
  std::filesystem::remove(folder_ / "labels.csv");
  EXPECT_THAT(labels(*session()), ElementsAre("cat", "dog", ""));
}

}  // namespace
}  // namespace sslhost::host
