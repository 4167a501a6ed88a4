// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/accept_labels.hpp"

#include "host/labeling/held_out.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::TemporaryFolder;

class Accepting : public ::testing::Test {
 protected:
  Accepting() {
    for (const auto* name : {"a.gif", "b.gif", "c,1.gif", "d.gif", "e.gif"})
      folder_.write(name, "GIF89a\x01");
    folder_.write("labels.csv", "path,label,role\na.gif,cat,\nb.gif,dog,\ne.gif,,test\n");
    session_ = std::make_unique<Session>(read_pictures(folder_ / "."), true);
    advice_ = {.by = "pixels",
               .of = {{1, 1.0}, {}, {0, 0.97}, {1, 0.8}, {1, 0.99}},
               .agreement = Agreement()};
  }

  AcceptedLabels accept(const Session& session, double least) const {
    return accept_labels(session, advice_, least, test_part_of(session.pictures()));
  }

  const TemporaryFolder folder_;
  std::unique_ptr<Session> session_;
  Advice advice_;
};

TEST_F(Accepting, GuessesAreToldFromAPersonsLabels) {
  const auto accepted = accept(*session_, 0.95);
  EXPECT_EQ(accepted.table,
            "path,label,role,by,probability\na.gif,cat,,person,\nb.gif,dog,,person,\n"
            "\"c,1.gif\",cat,,advice,0.9700\ne.gif,,test,,\n");  // never one of the test part
  EXPECT_EQ(accepted.held_out, 1);
  EXPECT_EQ(accepted.of_person, 2);
  EXPECT_EQ(accepted.of_advice, 1);
  EXPECT_EQ(accept(*session_, 0.8).of_advice, 2);
}

TEST_F(Accepting, WithoutATestPartThereAreNoRoles) {
  folder_.write("labels.csv", "path,label\na.gif,cat\nb.gif,dog\n");
  const auto accepted = accept(Session(read_pictures(folder_ / "."), true), 0.98);
  EXPECT_EQ(accepted.table,
            "path,label,by,probability\na.gif,cat,person,\nb.gif,dog,person,\n"
            "e.gif,dog,advice,0.9900\n");
  EXPECT_EQ(accepted.held_out, 0);
}

TEST_F(Accepting, AnswersThatAreHeldOutAreTheTestPart) {
  folder_.write("labels.csv", "path,label\na.gif,cat\nb.gif,dog\n");
  const Session session(read_pictures(folder_ / "."), true);
  const auto accepted = accept_labels(session, advice_, 0.98, {true, false, false, false, false});
  EXPECT_EQ(accepted.table,
            "path,label,role,by,probability\na.gif,cat,test,person,\nb.gif,dog,,person,\n"
            "e.gif,dog,,advice,0.9900\n");
  EXPECT_EQ(accepted.held_out, 1);
}

TEST_F(Accepting, AdviceThatIsNoneSaysWhy) {
  expect_failure(ExitCode::data, ::testing::HasSubstr("more than 2000 answers"), [&] {
    advice_ = {.trouble = "more than 2000 answers; train a model"};
    accept(*session_, 0.95);
  });
}

TEST_F(Accepting, TooFewAnswersAreRefused) {
  advice_.agreement.reset();
  expect_failure(ExitCode::data, ::testing::HasSubstr("10 answers"),
                 [&] { accept(*session_, 0.95); });
  expect_failure(ExitCode::data, ::testing::HasSubstr("beside the 1 that are held out"),
                 [&] { accept(*session_, 0.95); });
}

}  // namespace
}  // namespace sslhost::host
