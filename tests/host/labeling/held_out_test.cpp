// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/held_out.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::TemporaryFolder;

/// Answers: `cats`, then `dogs`; two pictures more have none.
class HoldingOut : public ::testing::Test {
 protected:
  std::vector<bool> hold_out_of(int64_t cats, int64_t dogs, double share) {
    std::string table = "path,label\n";
    for (int64_t i = 0; i < cats + dogs + 2; ++i) {
      const auto name = std::to_string(100 + i) + ".gif";
      folder_.write(name, "GIF89a\x01");
      if (i < cats + dogs) table += name + (i < cats ? ",cat\n" : ",dog\n");
    }
    folder_.write("labels.csv", table);
    return hold_out(Session(read_pictures(folder_ / "."), true), share);
  }

  static int64_t count(const std::vector<bool>& held_out, int64_t from, int64_t to) {
    return std::count(held_out.begin() + from, held_out.begin() + to, true);
  }

 private:
  const TemporaryFolder folder_;
};

TEST_F(HoldingOut, TheShareOfTheAnswersOfEachClass) {
  const auto held_out = hold_out_of(20, 9, 0.25);
  ASSERT_EQ(held_out.size(), 31);
  EXPECT_EQ(count(held_out, 0, 20), 5);
  EXPECT_EQ(count(held_out, 20, 29), 2);
  EXPECT_EQ(count(held_out, 29, 31), 0);  // what has no answer measures nothing
}

TEST_F(HoldingOut, TwoOfAClassStay) {
  const auto held_out = hold_out_of(2, 3, 0.9);
  EXPECT_EQ(count(held_out, 0, 2), 0);
  EXPECT_EQ(count(held_out, 2, 5), 1);
}

TEST_F(HoldingOut, NoneWhereNoneIsWanted) { EXPECT_EQ(count(hold_out_of(20, 20, 0), 0, 42), 0); }

TEST_F(HoldingOut, MoreAnswersChangeFewOfThem) {
  const auto before = hold_out_of(40, 0, 0.25), after = hold_out_of(42, 0, 0.25);
  int64_t both = 0;
  for (size_t i = 0; i < 40; ++i) both += before[i] && after[i];
  EXPECT_GE(both, 8);
  EXPECT_LT(count(before, 0, 10), 10);  // and they are not the first
}

}  // namespace
}  // namespace sslhost::host
