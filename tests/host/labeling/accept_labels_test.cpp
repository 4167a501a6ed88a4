// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/accept_labels.hpp"

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

  const TemporaryFolder folder_;
  std::unique_ptr<Session> session_;
  Advice advice_;
};

TEST_F(Accepting, GuessesAreToldFromAPersonsLabels) {
  const auto accepted = accept_labels(*session_, advice_, 0.95);
  EXPECT_EQ(accepted.table,
            "path,label,role,by,probability\na.gif,cat,,person,\nb.gif,dog,,person,\n"
            "\"c,1.gif\",cat,,advice,0.9700\ne.gif,,test,,\n");  // never one of the test part
  EXPECT_TRUE(accepted.has_test);
  EXPECT_EQ(accepted.of_person, 2);
  EXPECT_EQ(accepted.of_advice, 1);
  EXPECT_EQ(accept_labels(*session_, advice_, 0.8).of_advice, 2);
}

TEST_F(Accepting, WithoutATestPartThereAreNoRoles) {
  folder_.write("labels.csv", "path,label\na.gif,cat\nb.gif,dog\n");
  const auto accepted = accept_labels(Session(read_pictures(folder_ / "."), true), advice_, 0.98);
  EXPECT_EQ(accepted.table,
            "path,label,by,probability\na.gif,cat,person,\nb.gif,dog,person,\n"
            "e.gif,dog,advice,0.9900\n");
  EXPECT_FALSE(accepted.has_test);
}

TEST_F(Accepting, AdviceThatIsNoneSaysWhy) {
  expect_failure(ExitCode::data, ::testing::HasSubstr("more than 2000 answers"), [&] {
    accept_labels(*session_, {.trouble = "more than 2000 answers; train a model"}, 0.95);
  });
}

TEST_F(Accepting, TooFewAnswersAreRefused) {
  advice_.agreement.reset();
  expect_failure(ExitCode::data, ::testing::HasSubstr("10 answers"),
                 [&] { accept_labels(*session_, advice_, 0.95); });
}

}  // namespace
}  // namespace sslhost::host
