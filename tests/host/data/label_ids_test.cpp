// SPDX-License-Identifier: Apache-2.0
#include "host/data/label_ids.hpp"

#include <algorithm>
#include <numeric>

#include <gmock/gmock.h>

#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class LabelIds : public ::testing::Test {
 protected:
  std::vector<int64_t> read(const std::string& text) {
    testing::write_text(file_, text);
    return read_label_ids(file_, source());
  }
  void expect_refused(const std::string& text, const std::string& place, const std::string& why) {
    expect_failure(ExitCode::data, AllOf(HasSubstr("ids.txt" + place), HasSubstr(why)),
                   [&] { read(text); });
  }
  SplitSource source() const {
    return {.labels = labels_, .names = names_, .classes = 2, .test_size = 4};
  }
  testing::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "ids.txt";
  std::vector<int64_t> labels_ = {0, 1, 0, 1, 0, 1};
  std::vector<std::string> names_ = {"a", "b", "c d", "4", "e", "f"};
};

TEST_F(LabelIds, AreNamesOrNumbers) {
  EXPECT_THAT(read("c d\n1\n0"), ElementsAre(2, 1, 0));
  EXPECT_THAT(read("4\n"), ElementsAre(3)) << "a name goes before a number";
  EXPECT_THAT(read("\xEF\xBB\xBF"
                   "a\r\n\r\nb\r\n"),
              ElementsAre(0, 1));
  names_.clear();
  EXPECT_THAT(read("5\n4\n"), ElementsAre(5, 4));
}

TEST_F(LabelIds, ThatAreWrongAreRefusedWithTheirLine) {
  expect_refused("a\nnobody\n", ":2:", "'nobody'");
  expect_refused("a\n\n6\n", ":3:", "a number from 0 to 5");
  expect_refused("-1\n", ":1:", "'-1'");
  expect_refused("1x\n", ":1:", "'1x'");
  expect_refused("b\na\n1\n", ":3:", "'1' again, after line 1");
  expect_refused("", ": ", "none");
  expect_refused(" a\n", ":1:", "' a'");
  expect_refused("a\ncaf\xe9\n", ":2:", "bytes of another encoding");
  std::filesystem::remove(file_);
  expect_failure(ExitCode::data, "nothing that can be read",
                 [&] { read_label_ids(file_, source()); });
}

TEST_F(LabelIds, GetThatRoleAndNoOther) {
  std::vector<std::string> warnings;
  for (const bool overlap : {true, false}) {
    const auto split = draw_split(source(),
                                  {.labels = 2,
                                   .draw = SplitRequest::Draw::named,
                                   .validation = 1,
                                   .holdout = 2,
                                   .overlap = overlap,
                                   .named = {4, 1}},
                                  warnings);
    EXPECT_THAT(split.labeled, UnorderedElementsAre(1, 4));
    for (const auto& role : {split.test, split.validation})
      EXPECT_THAT(role, AllOf(Not(Contains(1)), Not(Contains(4))));
    EXPECT_EQ(split.unlabeled.size(), overlap ? 3 : 1);
  }
}

/// Files name them class by class, and methods hold back the first of them.
TEST(NamedLabels, ComeInShuffledOrder) {
  std::vector<int64_t> labels(40), named(20);
  for (size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<int64_t>(i / 20);
  std::iota(named.begin(), named.end(), int64_t{10});
  std::vector<std::string> warnings;
  auto split =
      draw_split({.labels = labels, .classes = 2, .test_size = 1},
                 {.labels = 20, .draw = SplitRequest::Draw::named, .named = named}, warnings);
  EXPECT_FALSE(std::ranges::is_sorted(split.labeled));
  std::ranges::sort(split.labeled);
  EXPECT_EQ(split.labeled, named);
}

}  // namespace
}  // namespace sslhost::host
