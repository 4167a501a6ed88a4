// SPDX-License-Identifier: Apache-2.0
// What is no comparison is refused at once, with one error, and nothing is written.
#include "tests/host/comparison/comparing.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CompareInput : public Comparing {
 protected:
  static void expect_nothing_written(const Arguments& arguments, ExitCode expected,
                                     const std::string& words) {
    expect_refused(arguments, expected, words);
    EXPECT_FALSE(std::filesystem::exists("it")) << words;
    EXPECT_FALSE(std::filesystem::exists("runs")) << words;
  }
};

TEST_F(CompareInput, WrongWordsAreRefused) {
  const std::vector<std::pair<Arguments, std::string>> wrong = {
      {{"compare"}, "two methods or recipes"},
      {small({"vat"}), "vat alone"},
      {small({"vat", "vat"}), "vat twice"},
      {small({"vat", "supervised"}, {"--labels", "50,many"}), "'many'"},
      {small({"vat", "supervised"}, {"--labels", "50,50"}), "50 twice"},
      {small({"vat", "supervised"}, {"--seeds", "0"}), "from 1 to"},
      {small({"vat", "supervised"}, {"--seeds", "x"}), "--seeds"},
      {small({"vat", "supervised"}, {"--seed", "3"}), "--seeds N"},
      {{"compare", "vat", "supervised", "--jobs", "0"}, "auto"},
      {small({"vat", "supervised"}, {"--baseline", "fixmatch"}), "one of vat, supervised"},
      {small({"vat", "supervised"}, {"--epsilom", "2"}), "did you mean epsilon"},
      {small({"vat", "supervised"}, {"--vary", "epsilom=1,2"}), "did you mean epsilon"},
      {small({"vat", "supervised"}, {"--vary", "epsilon"}), "NAME=A,B,C"},
      {small({"vat", "supervised"}, {"--vary", "seed=1,2"}), "--vary seed"},
      {small({"vat", "supervised"}, {"--vary", "epsilon=1,2"}), "--validation"},
      {small({"vat", "supervised"}, {"--vary", "epsilon=1,-2", "--validation", "50"}), "epsilon"},
      {small({"vat", "supervised"}, {"--epsilon", "-1"}), "epsilon"}};
  for (const auto& [arguments, words] : wrong)
    expect_nothing_written(arguments, ExitCode::usage, words);
}

TEST_F(CompareInput, AnUnknownMethodIsRefusedAsTrainingDoes) {
  const auto alone = run({"--plugin", "vatt"});
  expect_nothing_written(small({"vatt", "supervised"}), static_cast<ExitCode>(code(alone.status)),
                         "vatt");
  expect_nothing_written(small({"vat/nothing", "supervised"}), ExitCode::usage, "vat/nothing");
}

TEST_F(CompareInput, AFolderThatHoldsSomethingElseIsLeftAlone) {
  folder_.write("it/notes.txt", "somebody's own");
  expect_refused(small({"vat", "supervised"}), ExitCode::busy, "notes.txt");
  std::filesystem::remove_all("it");
  folder_.write("it", "a file");
  expect_refused(small({"vat", "supervised"}), ExitCode::busy, "a file");
  EXPECT_EQ(read_text("it"), "a file");
}

TEST_F(CompareInput, MoreLabelsThanSamplesFailAndTheOthersGoOn) {
  const auto r = run(small({"vat", "supervised"}, {"--labels", "20,50000", "--seeds", "1"}));
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::data)) << r.errors;
  EXPECT_THAT(r.errors, HasSubstr("and 1 run like it"));
  const auto json = kept();
  EXPECT_EQ(json["finished"], 2);
  EXPECT_EQ(json["failed"], 2);
  EXPECT_THAT(json["runs"][2]["error"].get<std::string>(), HasSubstr("ask for fewer labels"));
}

TEST_F(CompareInput, ADamagedRecordIsNamedAndNothingIsRun) {
  const auto both = small({"vat", "supervised"}, {"--labels", "20", "--seeds", "1"});
  ASSERT_EQ(code(run(both).status), 0);
  const std::string record = "it/supervised-20-labels-seed-0/run.json";
  const auto text = read_text(record);
  folder_.write(record, text.substr(0, text.size() / 2));
  const auto more = small({"vat", "supervised"}, {"--labels", "20", "--seeds", "2"});
  expect_refused(more, ExitCode::storage, record);
  EXPECT_FALSE(std::filesystem::exists("it/vat-20-labels-seed-1"));
  folder_.write(record, text);
  EXPECT_EQ(code(run(more).status), 0);
}

/// 45 times the same reason would take as many starts.
TEST_F(CompareInput, LabelsThatAreNotThereFailOnce) {
  const auto r = run(small({"vat", "supervised"}, {"--labels", "50000", "--seeds", "5"}));
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::data)) << r.errors;
  EXPECT_THAT(r.errors, AllOf(HasSubstr("(and 9 runs like it)"), HasSubstr("ask for fewer")));
  EXPECT_THAT(r.output, IsEmpty()) << "a table of nothing says nothing";
  EXPECT_EQ(kept()["failed"], 10);
  int64_t begun = 0;
  for (size_t at = 0; (at = r.errors.find("(exit code 3)", at)) != r.errors.npos; ++at) ++begun;
  EXPECT_LE(begun, 2) << "those that ran at once";
}

}  // namespace
}  // namespace sslhost::host
